"""Signs documents with an Ed25519 key, as every family of one signer is signed."""

import base64
from typing import Any, Protocol

import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from .keys import BASE58


class Signer(Protocol):
    """Who signs: a key of this program, or of a safe that it can ask."""

    @property
    def participant(self) -> str:
        """`participant:did:key:z6Mk…`."""
        ...

    def sign(self, message: bytes) -> bytes:
        """The 64 bytes of the Ed25519 signature of a message."""
        ...


class SeedSigner:
    """Who signs with the seed of an Ed25519 key: its 32 bytes, or the base64url of a key file."""

    def __init__(self, seed: bytes | str) -> None:
        data = _seed_bytes(seed) if isinstance(seed, str) else seed
        if len(data) != 32:
            raise ValueError("expected a seed of 32 bytes, as bytes or as unpadded base64url")
        self._key = Ed25519PrivateKey.from_private_bytes(data)
        self.participant = f"participant:{_did_key(self._key.public_key().public_bytes_raw())}"

    def sign(self, message: bytes) -> bytes:
        """The signature of a message."""
        return self._key.sign(message)


def base64url(data: bytes) -> str:
    """Unpadded base64url."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def sign_document(document: dict[str, Any], signer: Signer) -> dict[str, Any]:
    """Signs a document of one signer: its kind, a zero byte, and the canonical form of its members."""
    message = document["schema"].encode() + b"\0" + rfc8785.dumps(document)
    return {**document, "signature": {"alg": "ed25519", "value": base64url(signer.sign(message))}}


def _seed_bytes(text: str) -> bytes:
    try:
        data = base64.b64decode(text + "=", altchars=b"-_", validate=True)
    except ValueError:
        return b""
    return data if base64url(data) == text else b""


def _did_key(key: bytes) -> str:
    value = int.from_bytes(b"\xed\x01" + key, "big")
    text = ""
    while value:
        value, digit = divmod(value, 58)
        text = BASE58[digit] + text
    return f"did:key:z{text}"
