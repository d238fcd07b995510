"""`exact` on a federation's ledger, for a server that charges: `x402` calls it a `SchemeNetworkServer`."""

import inspect
import re
from collections.abc import Awaitable, Callable
from datetime import datetime
from io import BytesIO
from typing import Any, ClassVar
from weakref import ref

from .once import Served, ServedHere
from .request import OrcPaymentError, PaidRequest
from .terms import ASSET, KIND, ledger_of, minor_units, network_of

_PRICE = re.compile(r"([0-9]+)(?:\.([0-9]{1,2}))?\s*ORC")
_MISMATCH = "invalid_exact_orc_binding_mismatch"
_USED = "invalid_exact_orc_nonce_already_used"

Asked = Callable[[Any], PaidRequest | Awaitable[PaidRequest]]


class ExactOrcServer:
    """Charges in ORC through a facilitator: `x402ResourceServer(facilitator).register("orc:*", ExactOrcServer())`.

    A facilitator cannot know which request was asked, and says of a payment that it is settled as often as it is asked: that
    the payer signed for this request, and that the payment serves once, is seen to here.
    """

    scheme = "exact"
    default_asset_transfer_method = "default"
    payment_flows: ClassVar[dict[str, Any]] = {
        "default": {"supported": ("authorization", "upfront"), "default": "authorization"},
    }

    def __init__(self, asked: Asked | None = None, served: Served | None = None) -> None:
        """Takes what tells the request that was asked, and which payments were served.

        Where they are left out, FastAPI and Flask tell the request, and this process remembers what it served.
        """
        self._asked = asked or asked_of_framework
        self._served: Served = served or ServedHere()
        self._claimed: dict[int, tuple[ref[Any], str]] = {}

    def parse_price(self, price: Any, network: str) -> Any:
        """`"0.25 ORC"` or an amount of ORC. Neither a number nor dollars: nothing says what they are in ORC."""
        from x402.schemas import AssetAmount

        amount = _atomic(price) if isinstance(price, str) else _given(price)
        if minor_units(amount) is None:
            raise ValueError('expected a price such as "0.25 ORC"')
        return AssetAmount(amount=str(amount), asset=str(ASSET["asset"]))

    def get_asset_decimals(self, asset: str, network: str) -> int | None:
        """How many decimals an asset has; None where it is not ORC."""
        return 2 if asset == ASSET["asset"] else None

    def enhance_payment_requirements(self, requirements: Any, supported_kind: Any, extensions: list[str]) -> Any:
        """Adds what the facilitator says of the ledger: the document to sign, the decimals, the federation."""
        problem = self.validate_facilitator_support(requirements.network, supported_kind, extensions)
        if problem:
            raise OrcPaymentError("unsupported_scheme", problem)
        if network_of(requirements.pay_to) != requirements.network:
            message = f"expected payTo to be an account on {requirements.network}"
            raise OrcPaymentError("invalid_payment_requirements", message)
        said = {name: supported_kind.extra[name] for name in ("authorization", "decimals", "federation")}
        return requirements.model_copy(update={"extra": {**(requirements.extra or {}), **said}})

    def validate_facilitator_support(self, network: str, supported_kind: Any, facilitator_extensions: list[str]) -> str | None:
        """What is wrong with what a facilitator says of the ledger."""
        extra = supported_kind.extra or {}
        if extra.get("authorization") != KIND:
            return f"expected a facilitator that takes {KIND}"
        if ledger_of(extra.get("federation")) != network:
            return f"expected the facilitator to name the federation of {network}"
        return None if extra.get("decimals") == 2 else "expected a facilitator that counts ORC in two decimals"

    def before_verify(self, context: Any) -> Any:
        """Refuses a payment that was signed for another request, or has served."""
        asked = self._asked(context.transport_context)
        if inspect.isawaitable(asked):
            return self._judge_later(context, asked)
        return self._judge(context, asked)

    def before_settle(self, context: Any) -> Any:
        """Refuses a payment that has served: of requests that show it at the same time, the first is served."""
        signed = context.payment_payload.payload["authorization"]
        until = datetime.fromisoformat(signed["valid-before"]).timestamp()
        if not self._served.claim(_key(signed), until):
            return _abort(_USED, "the payment has served")
        payload = context.payment_payload
        own = id(payload)
        # It goes with the payload, so that no other one is taken for it.
        self._claimed[own] = (ref(payload, lambda _: self._claimed.pop(own, None)), _key(signed))
        return None

    def on_settle_failure(self, context: Any) -> None:
        """Nothing was served: the payment may be shown again."""
        self._free(context)

    def on_verified_payment_canceled(self, context: Any) -> None:
        """Nothing was served: the payment may be shown again."""
        self._free(context)

    def _free(self, context: Any) -> None:
        claimed = self._claimed.pop(id(context.payment_payload), None)
        if claimed is not None:
            self._served.free(claimed[1])

    async def _judge_later(self, context: Any, asked: Awaitable[PaidRequest]) -> Any:
        return self._judge(context, await asked)

    def _judge(self, context: Any, asked: PaidRequest) -> Any:
        signed = context.payment_payload.payload.get("authorization")
        if not _is_for(signed, asked):
            return _abort(_MISMATCH, "the payer signed for another method, URL or body")
        return _abort(_USED, "the payment has served") if self._served.has(_key(signed)) else None


def _abort(reason: str, message: str) -> Any:
    from x402.schemas import AbortResult

    return AbortResult(reason, message)


def _key(signed: dict[str, Any]) -> str:
    return f"{signed['payer/account-id']}/{signed['nonce']}"


def _is_for(signed: Any, asked: PaidRequest) -> bool:
    if not isinstance(signed, dict):
        return False
    method, url, body = (signed.get(f"request/{part}") for part in ("method", "url", "body-digest"))
    if not (isinstance(method, str) and isinstance(url, str)):
        return False
    try:
        return (method, PaidRequest.of(method, url).url, body) == tuple(asked)
    except OrcPaymentError:
        return False


def asked_of_framework(transport_context: Any) -> PaidRequest | Awaitable[PaidRequest]:
    """The request as FastAPI or Flask has it. Behind a proxy, the server must be told to trust what it says."""
    request = transport_context.request.adapter._request
    if hasattr(request, "scope"):
        return _asked_of_starlette(request)
    raw = request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI") or ""
    url = f"{request.scheme}://{request.host}{raw}" if raw.startswith("/") else request.url
    body = request.get_data()
    # The middleware stands before the application, which reads the same input again.
    request.environ["wsgi.input"] = BytesIO(body)
    return PaidRequest.of(request.method, url, body)


async def _asked_of_starlette(request: Any) -> PaidRequest:
    scope = request.scope
    path = (scope.get("raw_path") or request.url.path.encode()).decode("ascii").split("?")[0]
    query = scope.get("query_string", b"").decode("ascii")
    url = f"{scope['scheme']}://{request.headers['host']}{path}{'?' if query else ''}{query}"
    return PaidRequest.of(request.method, url, await request.body())


def _atomic(price: str) -> str | None:
    found = _PRICE.fullmatch(price.strip())
    return str(int(found.group(1) + (found.group(2) or "").ljust(2, "0"))) if found else None


def _given(price: Any) -> object:
    members = price if isinstance(price, dict) else getattr(price, "__dict__", {})
    return members.get("amount") if members.get("asset") == ASSET["asset"] else None
