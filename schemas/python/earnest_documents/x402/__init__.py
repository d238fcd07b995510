"""Payments in ORC for the published package of x402 (PyPI `x402`, version 2.25): it takes these schemes as its own."""

from ..signing import SeedSigner, Signer, sign_document
from .client import ExactOrcClient, httpx_transport, paying, requests_adapter
from .request import OrcPaymentError, PaidRequest
from .server import ExactOrcServer
from .terms import Payer, authorization

__all__ = [
    "ExactOrcClient",
    "ExactOrcServer",
    "OrcPaymentError",
    "PaidRequest",
    "Payer",
    "SeedSigner",
    "Signer",
    "authorization",
    "httpx_transport",
    "paying",
    "requests_adapter",
    "sign_document",
]
