"""What the programs of this folder share: how they are told what to do, and the one line that says what came of it."""

import json
import os

import httpx
from x402.http.utils import decode_payment_response_header


async def ask(http: httpx.AsyncClient) -> None:
    """Asks PEER_URL with a client that pays; says what was answered and what was settled."""
    body = os.environ.get("PEER_BODY")
    headers = {"content-type": "application/json"} if body else {}
    async with http:
        method, url = os.environ.get("PEER_METHOD", "GET"), os.environ["PEER_URL"]
        response = await http.request(method, url, content=body, headers=headers, timeout=60)
    paid = response.headers.get("PAYMENT-RESPONSE")
    settled = decode_payment_response_header(paid).model_dump(by_alias=True, exclude_none=True) if paid else None
    print(json.dumps({"status": response.status_code, "body": response.text, "settled": settled}), flush=True)
