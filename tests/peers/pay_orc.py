"""Pays PEER_URL in ORC with the published client and our plugin: PEER_KEY_FILE signs, PEER_ACCOUNT pays."""

from peer import ask

import asyncio, json, os
import httpx
from earnest_documents.x402 import ExactOrcClient, httpx_transport
from x402 import x402Client
from x402.http.clients import x402_httpx_transport

with open(os.environ["PEER_KEY_FILE"]) as file:
    payer = ExactOrcClient(os.environ["PEER_ACCOUNT"], seed=json.load(file)["seed"])
client = x402Client().register("orc:*", payer)
http = httpx.AsyncClient(transport=httpx_transport(x402_httpx_transport(client)))

asyncio.run(ask(http))
