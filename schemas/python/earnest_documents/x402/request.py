"""The HTTP request that is paid for: method, URL in one form, digest of the body."""

import hashlib
import re
from typing import NamedTuple

from ..signing import base64url

_URL = re.compile(r"(https?)://([^/?]*)(.*)", re.IGNORECASE)


class OrcPaymentError(Exception):
    """What cannot be paid, or must not be: a stable code, and what was found."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


class PaidRequest(NamedTuple):
    """A request as a payment names it."""

    method: str
    url: str
    body: str

    @classmethod
    def of(cls, method: str, url: str, body: bytes = b"") -> "PaidRequest":
        """Takes a request as it goes over the wire: the URL that is asked, and the bytes of its body."""
        if re.fullmatch(r"[A-Z]+", method) is None:
            raise OrcPaymentError("request-form", "expected a method in upper case")
        normal = normal_form(url)
        if normal is None:
            raise OrcPaymentError("request-form", "expected an absolute URL over http or https, without user and fragment")
        return cls(method, normal, digest_of(body))


def digest_of(data: bytes) -> str:
    """The SHA-256 digest of bytes, as documents write it."""
    return f"sha256:{base64url(hashlib.sha256(data).digest())}"


def normal_form(url: str) -> str | None:
    """The one form of a URL: scheme and host in lower case, no implied port, a path. None where it is none."""
    if len(url) > 20_000 or re.fullmatch(r"[!-~]*", url) is None or "#" in url or "\\" in url:
        return None
    found = _URL.fullmatch(url)
    if found is None:
        return None
    scheme, host, path = found.group(1).lower(), found.group(2).lower(), found.group(3)
    host = host.removesuffix(":443" if scheme == "https" else ":80")
    if not host or host.startswith(":") or host.endswith(":") or "@" in host:
        return None
    return f"{scheme}://{host}{'' if path.startswith('/') else '/'}{path}"
