"""The plugins for the published package of x402: byte for byte what the Rust client makes, and what both sides refuse."""

import asyncio
import base64
import hashlib
import json
import unittest
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import httpx
import requests
import rfc8785
from requests.adapters import HTTPAdapter
from x402 import x402Client, x402ClientSync
from x402.http.clients import x402_http_adapter, x402_httpx_transport
from x402.http.clients.httpx import PaymentError
from x402.schemas import (
    AssetAmount,
    NoMatchingRequirementsError,
    PaymentPayload,
    PaymentRequired,
    PaymentRequirements,
    SupportedKind,
)

from earnest_documents import verify
from earnest_documents.x402 import (
    ExactOrcClient,
    ExactOrcServer,
    OrcPaymentError,
    PaidRequest,
    Payer,
    SeedSigner,
    authorization,
    httpx_transport,
    paying,
    requests_adapter,
    sign_document,
)

VECTORS = Path(__file__).parents[2] / "tests" / "vectors" / "x402" / "exact-orc.json"
CASES: list[dict[str, Any]] = json.loads(VECTORS.read_text("utf-8"))["cases"]
ACCEPTED = CASES[0]["accepted"]
SEED, ACCOUNT = bytes([3]) * 32, "account:fed-pl-main:adam"
KIND = SupportedKind(x402_version=2, scheme="exact", network="orc:fed-pl-main", extra=ACCEPTED["extra"])


def paid(case: dict[str, Any]) -> dict[str, Any]:
    """What pays a case."""
    signer = SeedSigner(bytes([case["seed"]]) * 32)
    payer = Payer(signer.participant, case["account"], case.get("org"))
    request = PaidRequest.of(case["method"], case["url"], case["body"].encode())
    now = datetime.fromisoformat(case["now"])
    optional = {name: case[name] for name in ("sequence", "payment") if name in case}
    document = authorization(case["accepted"], request, payer, case["nonce"], now, **optional)
    return {"authorization": sign_document(document, signer)}


def demand(**changes: Any) -> PaymentRequired:
    """A demand, whose resource is not what is asked."""
    accepts = [{**ACCEPTED, **changes}]
    return PaymentRequired.model_validate({"x402Version": 2, "resource": {"url": "https://another.example/"}, "accepts": accepts})


def payer() -> ExactOrcClient:
    return ExactOrcClient(ACCOUNT, seed=SEED)


def digest(data: bytes) -> str:
    return "sha256:" + base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")


def answer(headers: Any, body: bytes, found: list[tuple[bytes, dict[str, Any]]]) -> tuple[int, dict[str, str]]:
    """A seller that demands the same for every request, and keeps what is paid with."""
    header = headers.get("PAYMENT-SIGNATURE")
    if header is None:
        text = demand().model_dump_json(by_alias=True, exclude_none=True)
        return 402, {"PAYMENT-REQUIRED": base64.b64encode(text.encode()).decode()}
    sent = json.loads(base64.b64decode(header))
    found.append((body, {**sent["payload"]["authorization"], "accepted": sent["accepted"]}))
    return 200, {}


class Vectors(unittest.TestCase):
    def test_every_payment_is_made_to_the_byte(self) -> None:
        for case in CASES:
            with self.subTest(case["name"]):
                if case.get("refused"):
                    self.assertRaises(OrcPaymentError, paid, case)
                else:
                    payload = paid(case)
                    self.assertEqual(rfc8785.dumps(payload), rfc8785.dumps(case["payload"]))
                    verify(json.dumps(payload["authorization"]), "payment-authorization.v1")


class Paying(unittest.TestCase):
    def test_nothing_is_signed_where_nobody_says_which_request_is_paid_for(self) -> None:
        client = x402ClientSync().register("orc:*", payer())
        with self.assertRaises(OrcPaymentError) as refused:
            client.create_payment_payload(demand())
        self.assertEqual(refused.exception.code, "request-unknown")
        with paying("GET", "https://ola.example/report"):
            client.create_payment_payload(demand())
        self.assertRaises(OrcPaymentError, client.create_payment_payload, demand())

    def test_the_default_spend_controls_take_orc_for_a_default_asset_up_to_one(self) -> None:
        client = x402ClientSync().register("orc:*", payer())
        with paying("GET", "https://ola.example/report"):
            client.create_payment_payload(demand(amount="100"))
            self.assertRaises(NoMatchingRequirementsError, client.create_payment_payload, demand(amount="101"))
            allowed = {"network": "orc:*", "asset": "ORC", "max_amount_per_payment": "2500"}
            client.set_spend_controls({"allowed_assets": [allowed]})
            client.create_payment_payload(demand(amount="2500"))
            other = demand(network="orc:fed-de-main")
            client.set_spend_controls({})
            self.assertRaises(NoMatchingRequirementsError, client.create_payment_payload, other)

    def test_two_payments_of_the_same_demand_have_two_nonces(self) -> None:
        client = x402ClientSync().register("orc:*", payer())
        with paying("GET", "https://ola.example/report"):
            made = [client.create_payment_payload(demand()).payload["authorization"]["nonce"] for _ in range(2)]
        self.assertEqual(len(set(made)), 2)

    def test_requests_at_the_same_time_are_each_paid_for_themselves(self) -> None:
        found: list[tuple[bytes, dict[str, Any]]] = []

        async def seller(request: httpx.Request) -> httpx.Response:
            await asyncio.sleep(0)
            code, headers = answer(request.headers, request.content, found)
            return httpx.Response(code, headers=headers)

        async def run() -> None:
            client = x402Client().register("orc:*", payer())
            transport = httpx_transport(x402_httpx_transport(client, httpx.MockTransport(seller)))
            async with httpx.AsyncClient(transport=transport) as http:
                bodies = [f'{{"page":{index}}}' for index in range(20)]
                url = "https://user:word@Ola.example:443/a?b=%7E#c"
                answers = await asyncio.gather(*(http.post(url, content=body) for body in bodies))
            self.assertEqual({one.status_code for one in answers}, {200})

        asyncio.run(run())
        self.assertEqual(len({body for body, _ in found}), 20)
        for body, document in found:
            accepted = document.pop("accepted")
            verify(json.dumps(document), "payment-authorization.v1")
            self.assertEqual(document["request/body-digest"], digest(body))
            self.assertEqual(document["request/url"], "https://ola.example/a?b=%7E")
            self.assertEqual(document["requirements/digest"], digest(rfc8785.dumps(accepted)))

    def test_without_the_transport_nothing_is_paid(self) -> None:
        found: list[tuple[bytes, dict[str, Any]]] = []

        def seller(request: httpx.Request) -> httpx.Response:
            code, headers = answer(request.headers, request.content, found)
            return httpx.Response(code, headers=headers)

        async def run() -> None:
            client = x402Client().register("orc:*", payer())
            transport = x402_httpx_transport(client, httpx.MockTransport(seller))
            async with httpx.AsyncClient(transport=transport) as http:
                await http.get("https://ola.example/a")

        with self.assertRaisesRegex(PaymentError, "request-unknown"):
            asyncio.run(run())
        self.assertEqual(found, [])

    def test_requests_pays_too(self) -> None:
        found: list[tuple[bytes, dict[str, Any]]] = []

        def send(_: HTTPAdapter, request: requests.PreparedRequest, **__: Any) -> requests.Response:
            body = request.body or b""
            response = requests.Response()
            response.status_code, headers = answer(request.headers, body if isinstance(body, bytes) else body.encode(), found)
            response.headers.update(headers)
            response.url, response._content = request.url or "", b""
            return response

        published = x402_http_adapter(x402ClientSync().register("orc:*", payer()))
        session = requests.Session()
        session.mount("https://", requests_adapter(published))
        with mock.patch.object(HTTPAdapter, "send", send):
            got = session.post("https://user:word@ola.example/a b?x=1#c", data="zażółć".encode())
        self.assertEqual(got.status_code, 200)
        [(body, document)] = found
        self.assertEqual(document["request/url"], "https://ola.example/a%20b?x=1")
        self.assertEqual(document["request/body-digest"], digest(body))

    def test_a_payer_has_a_key_and_an_account(self) -> None:
        for account, given in [(ACCOUNT, {}), (ACCOUNT, {"seed": "short"}), (ACCOUNT, {"seed": b"short"}), ("adam", {"seed": SEED})]:
            self.assertRaises(ValueError, ExactOrcClient, account, **given)
        text = base64.urlsafe_b64encode(SEED).decode().rstrip("=")
        self.assertEqual(SeedSigner(text).participant, SeedSigner(SEED).participant)


class Charging(unittest.TestCase):
    def test_a_price_is_in_orc(self) -> None:
        server = ExactOrcServer()
        given = AssetAmount(amount="7", asset="ORC")
        for price, amount in [("0.25 ORC", "25"), ("10 ORC", "1000"), ("0.5ORC", "50"), (given, "7"), (given.model_dump(), "7")]:
            found = server.parse_price(price, KIND.network)
            self.assertEqual((found.asset, found.amount), ("ORC", amount))
        for wrong in ["$0.25", "0.25", 0.25, "0.255 ORC", "0 ORC", "-1 ORC", "1 USDC", "1e3 ORC", "", {}, None,
                      {"asset": "USDC", "amount": "1"}, {"asset": "ORC", "amount": "0.5"}, "90071992547409.92 ORC"]:
            with self.subTest(wrong):
                self.assertRaises(ValueError, server.parse_price, wrong, KIND.network)
        self.assertEqual(server.get_asset_decimals("ORC", KIND.network), 2)
        self.assertIsNone(server.get_asset_decimals("USDC", KIND.network))

    def test_requirements_say_what_the_facilitator_says_of_the_ledger(self) -> None:
        server = ExactOrcServer()
        bare = PaymentRequirements.model_validate({**ACCEPTED, "extra": {"paymentFlow": "upfront"}})
        enhanced = server.enhance_payment_requirements(bare, KIND, [])
        self.assertEqual(enhanced.extra, {"paymentFlow": "upfront", **ACCEPTED["extra"]})
        elsewhere = bare.model_copy(update={"pay_to": "account:fed-de-main:ola"})
        self.assertRaises(OrcPaymentError, server.enhance_payment_requirements, elsewhere, KIND, [])
        for extra in [None, {}, {**ACCEPTED["extra"], "federation": "fed:de-main"}, {**ACCEPTED["extra"], "decimals": 6}]:
            kind = KIND.model_copy(update={"extra": extra})
            self.assertIsNotNone(server.validate_facilitator_support(kind.network, kind, []))
            self.assertRaises(OrcPaymentError, server.enhance_payment_requirements, bare, kind, [])

    def test_a_payment_that_was_signed_for_another_request_is_refused(self) -> None:
        read, written = CASES[0], CASES[1]
        signed = {"read": read["payload"], "written": written["payload"]}
        signed["odd"] = {"authorization": {**read["payload"]["authorization"], "request/url": 1}}
        signed["none"] = {}

        def refused(payload: str, method: str, url: str, body: str = "") -> bool:
            asked = PaidRequest.of(method, url, body.encode())
            context = SimpleNamespace(payment_payload=SimpleNamespace(payload=signed[payload]), transport_context=None)
            return ExactOrcServer(lambda _: asked).before_verify(context) is not None

        self.assertFalse(refused("read", "GET", "HTTPS://ola.example:443/report"))
        self.assertFalse(refused("written", "POST", written["url"], written["body"]))
        self.assertTrue(refused("read", "HEAD", read["url"]))
        self.assertTrue(refused("read", "GET", read["url"] + "?x"))
        self.assertTrue(refused("read", "POST", written["url"], written["body"]))
        self.assertTrue(refused("written", "POST", written["url"], "{}"))
        self.assertTrue(refused("odd", "GET", read["url"]))
        self.assertTrue(refused("none", "GET", read["url"]))

    def test_a_payment_serves_once(self) -> None:
        read = CASES[0]
        asked = PaidRequest.of("GET", read["url"])
        server = ExactOrcServer(lambda _: asked)

        def shown(until: timedelta, nonce: str = "one") -> SimpleNamespace:
            end = (datetime.now(UTC) + until).isoformat(timespec="milliseconds").replace("+00:00", "Z")
            signed = {**read["payload"]["authorization"], "valid-before": end, "nonce": nonce}
            accepted = PaymentRequirements.model_validate(ACCEPTED)
            payload = PaymentPayload(payload={"authorization": signed}, accepted=accepted)
            return SimpleNamespace(payment_payload=payload, transport_context=None)

        soon, used = timedelta(minutes=1), "invalid_exact_orc_nonce_already_used"
        one, other = shown(soon), shown(soon)
        self.assertEqual([server.before_verify(one), server.before_verify(other)], [None, None])
        self.assertIsNone(server.before_settle(one))
        self.assertEqual(server.before_settle(other).reason, used)
        server.on_settle_failure(other)
        self.assertEqual(server.before_verify(shown(soon)).reason, used)
        self.assertIsNone(server.before_verify(shown(soon, "another")))
        for nothing_served in (server.on_settle_failure, server.on_verified_payment_canceled):
            nothing_served(one)
            self.assertIsNone(server.before_verify(one))
            self.assertIsNone(server.before_settle(one))
        self.assertEqual(server.before_settle(shown(-soon, "late")).reason, used)
        del one, nothing_served
        self.assertEqual(server._claimed, {})
        self.assertEqual(server.before_verify(shown(soon)).reason, used)


if __name__ == "__main__":
    unittest.main()
