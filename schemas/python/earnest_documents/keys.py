"""Ed25519 keys and signatures, read and verified strictly: what two libraries could judge differently is refused."""

import base64
import re
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_SUBJECT = re.compile(r"(node|participant|org|council):did:key:z(6Mk[1-9A-HJ-NP-Za-km-z]{44})")
_SIGNATURE = re.compile(r"[A-Za-z0-9_-]{85}[AQgw]")
_PRIME = 2**255 - 19
_ORDER = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _PRIME) % _PRIME
_SIGN = 1 << 255

Point = tuple[int, int]


class Subject(NamedTuple):
    """A subject such as `node:did:key:z6Mk…`: its kind, and the bytes of its key."""

    kind: str
    key: bytes


def subject(text: object) -> Subject | None:
    """Reads a subject; None where it is none, or its key is no point of large order."""
    found = _SUBJECT.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        return None
    value = 0
    for character in found.group(2):
        value = value * 58 + BASE58.index(character)
    data = value.to_bytes(35, "big")
    if not data.startswith(b"\x00\xed\x01") or not is_large(data[3:]):
        return None
    return Subject(found.group(1), data[3:])


def signature_bytes(text: object) -> bytes | None:
    """The 64 bytes of 86 characters of unpadded base64url, no stray bits in the last; None where they are none."""
    if not isinstance(text, str) or _SIGNATURE.fullmatch(text) is None:
        return None
    return base64.urlsafe_b64decode(text + "==")


def verifies(key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether a key made a signature: canonical scalar, commitment of large order, no cofactor in the equation."""
    if not is_large(signature[:32]) or int.from_bytes(signature[32:], "little") >= _ORDER:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def is_large(encoded: bytes) -> bool:
    """Whether 32 bytes are the canonical encoding of a curve point that is not of low order."""
    point = _decode(encoded)
    if point is None:
        return False
    for _ in range(3):
        point = _double(point)
    return point != (0, 1)


def _decode(encoded: bytes) -> Point | None:
    value = int.from_bytes(encoded, "little")
    y, negative = value & (_SIGN - 1), bool(value & _SIGN)
    if y >= _PRIME:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _PRIME) % _PRIME
    x = pow(square, (_PRIME + 3) // 8, _PRIME)
    if x * x % _PRIME != square:
        x = x * pow(2, (_PRIME - 1) // 4, _PRIME) % _PRIME
    if x * x % _PRIME != square or (x == 0 and negative):
        return None
    return (_PRIME - x if bool(x & 1) != negative else x, y)


def _double(point: Point) -> Point:
    x, y = point
    product = _D * x * x * y * y % _PRIME
    return (
        2 * x * y * pow(1 + product, -1, _PRIME) % _PRIME,
        (y * y + x * x) * pow(1 - product, -1, _PRIME) % _PRIME,
    )
