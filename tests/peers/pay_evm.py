"""Pays PEER_URL on a chain with what is published, and nothing of ours: PEER_PRIVATE_KEY holds the token."""

import asyncio
import os

from eth_account import Account
from x402 import x402Client
from x402.http.clients import x402HttpxClient
from x402.mechanisms.evm import EthAccountSigner
from x402.mechanisms.evm.exact import ExactEvmScheme

from peer import ask

account = Account.from_key(os.environ["PEER_PRIVATE_KEY"])
client = x402Client().register("eip155:*", ExactEvmScheme(EthAccountSigner(account)))
asyncio.run(ask(x402HttpxClient(client)))
