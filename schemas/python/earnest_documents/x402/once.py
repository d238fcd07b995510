"""Which payments were served: each serves once. A facilitator answers the same payment as settled every time."""

import time
from threading import Lock
from typing import Protocol


class Served(Protocol):
    """Which payments were served. Several processes share one."""

    def has(self, key: str) -> bool:
        """Whether a payment has served."""
        ...

    def claim(self, key: str, until: float) -> bool:
        """Remembers a payment until its time is over, in seconds since 1970; false where it has served, or that is past."""
        ...

    def free(self, key: str) -> None:
        """Forgets a payment for which nothing was served."""
        ...


class ServedHere:
    """Remembers in this process, until a payment's time is over."""

    def __init__(self) -> None:
        self._served: dict[str, float] = {}
        self._lock = Lock()

    def has(self, key: str) -> bool:
        """Whether a payment has served."""
        return key in self._served

    def claim(self, key: str, until: float) -> bool:
        """Whether the payment serves now: its time is not over, and it has not served before."""
        now = time.time()
        with self._lock:
            while self._served and self._served[oldest := next(iter(self._served))] <= now:
                del self._served[oldest]
            if until <= now or key in self._served:
                return False
            self._served[key] = until
            return True

    def free(self, key: str) -> None:
        """Forgets a payment for which nothing was served."""
        with self._lock:
            self._served.pop(key, None)
