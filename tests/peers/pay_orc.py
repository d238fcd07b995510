"""Pays PEER_URL in ORC with the published client and our plugin: PEER_KEY_FILE signs, PEER_ACCOUNT pays."""

import asyncio
import json
import os
from pathlib import Path

import httpx
from earnest_documents.x402 import ExactOrcClient, httpx_transport
from x402 import x402Client
from x402.http.clients import x402_httpx_transport
from peer import ask

seed = json.loads(Path(os.environ["PEER_KEY_FILE"]).read_text())["seed"]
payer = ExactOrcClient(os.environ["PEER_ACCOUNT"], seed=seed)
client = x402Client().register("orc:*", payer)
http = httpx.AsyncClient(transport=httpx_transport(x402_httpx_transport(client)))
asyncio.run(ask(http))
