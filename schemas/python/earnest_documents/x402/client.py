"""`exact` on a federation's ledger, for a client that pays: `x402` calls it a `SchemeNetworkClient`."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ..signing import SeedSigner, Signer, base64url, sign_document
from .request import OrcPaymentError, PaidRequest
from .terms import ASSET, Payer, authorization, network_of

if TYPE_CHECKING:
    import httpx
    from requests.adapters import BaseAdapter

_REQUEST: ContextVar[PaidRequest | None] = ContextVar("earnest_paid_request", default=None)


class ExactOrcClient:
    """Pays in ORC from one account: `x402Client().register("orc:*", ExactOrcClient(...))`."""

    scheme = "exact"

    def __init__(
        self,
        account: str,
        *,
        seed: bytes | str | None = None,
        signer: Signer | None = None,
        organisation: str | None = None,
    ) -> None:
        if (seed is None) == (signer is None):
            raise ValueError("expected a seed or a signer")
        if network_of(account) is None:
            raise ValueError("expected an account such as account:fed-pl-main:adam")
        self._signer: Signer = SeedSigner(seed) if seed is not None else signer  # type: ignore[assignment]
        self._payer = Payer(self._signer.participant, account, organisation)

    def find_default_asset(self, asset: str, network: str) -> dict[str, Any] | None:
        """ORC, on the ledger that keeps the payer's account."""
        known = asset == ASSET["asset"] and network == network_of(self._payer.account)
        return dict(ASSET) if known else None

    def create_payment_payload(self, requirements: Any) -> dict[str, Any]:
        """The signed authorization of one payment for the request that is being paid."""
        request = _REQUEST.get()
        if request is None:
            message = "expected the request that is paid for: send it through httpx_transport or requests_adapter"
            raise OrcPaymentError("request-unknown", message)
        accepted = requirements.model_dump(mode="json", by_alias=True, exclude_none=True)
        nonce = base64url(secrets.token_bytes(24))
        document = authorization(accepted, request, self._payer, nonce, datetime.now(UTC))
        return {"authorization": sign_document(document, self._signer)}


@contextmanager
def paying(method: str, url: str, body: bytes = b"") -> Iterator[None]:
    """Says which request the payments are for that are made within.

    The published client hands a scheme the requirements and nothing of the request, and what the demand says of its
    resource is the seller's word, which nobody should sign.
    """
    before = _REQUEST.set(PaidRequest.of(method, url, body))
    try:
        yield
    finally:
        _REQUEST.reset(before)


def httpx_transport(paying_transport: "httpx.AsyncBaseTransport") -> "httpx.AsyncBaseTransport":
    """The transport of `x402_httpx_transport(client)`, with every payment bound to the request that it is for."""
    import httpx

    class OrcTransport(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            body = await request.aread()
            url = request.url
            with paying(request.method, f"{url.scheme}://{url.netloc.decode()}{url.raw_path.decode()}", body):
                return await paying_transport.handle_async_request(request)

        async def aclose(self) -> None:
            await paying_transport.aclose()

    return OrcTransport()


def requests_adapter(paying_adapter: "BaseAdapter") -> "BaseAdapter":
    """The adapter of `x402_http_adapter(client)`, with every payment bound to the request that it is for."""
    from urllib.parse import urlsplit

    from requests import PreparedRequest, Response
    from requests.adapters import BaseAdapter

    class OrcAdapter(BaseAdapter):
        def send(self, request: PreparedRequest, **options: Any) -> Response:  # type: ignore[override]
            body = request.body or b""
            if not isinstance(body, (bytes, str)):
                raise OrcPaymentError("body-unknown", "expected a body of bytes or text, found one that is read once")
            parts = urlsplit(request.url or "")
            host = parts.netloc.rpartition("@")[2]
            url = f"{parts.scheme}://{host}{request.path_url}"
            with paying(request.method or "", url, body.encode() if isinstance(body, str) else body):
                return paying_adapter.send(request, **options)

        def close(self) -> None:
            paying_adapter.close()

    return OrcAdapter()
