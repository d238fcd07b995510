"""Verifies a document: strict reading, who must sign (by the table in `kinds.json`), and the signatures themselves.

What a document's members may be is stated by `earnest_documents.models`.
"""

import json
from importlib import resources
from typing import Any, NamedTuple, NoReturn

import rfc8785

from .keys import Subject, signature_bytes, subject, verifies
from .reading import DocumentError, pointer, read

KINDS: dict[str, dict[str, Any]] = {
    kind["kind"]: kind for kind in json.loads(resources.files(__package__).joinpath("kinds.json").read_text("utf-8"))
}
_DOCUMENT_BYTES = 64 * 1024

Path = tuple[str | int, ...]


class Signing(NamedTuple):
    """One who signed: in which role, where the kind has several."""

    role: str | None
    subject: str


class Verified(NamedTuple):
    """A document whose signatures were verified."""

    kind: str
    document: dict[str, Any]
    signers: list[Signing]


class _Claim(NamedTuple):
    role: str | None
    path: Path
    by: str
    key: bytes
    signature: bytes


def verify(source: str | bytes, expected: str | None = None) -> Verified:
    """Reads a document and verifies every signature that it needs or carries.

    Raises `DocumentError` with the code and the place of the first fault.
    """
    data = source.encode("utf-8", "surrogatepass") if isinstance(source, str) else source
    document, kind = _open(data)
    if expected is not None and kind["kind"] != expected:
        _refuse("kind-mismatch", ("schema",), f"found {kind['kind']}")
    if document.get("schema/v") != 1 or document["schema/v"] is True:
        _refuse("invalid-value", ("schema/v",), "expected 1")
    for place in kind["keys"]:
        _keys_at(document, [_unescape(step) for step in place.split("/")[1:]], ())
    claims = [claim for signer in kind["signers"] for claim in _claims(signer, document)]
    slots = {signer["member"] for signer in kind["signers"]}
    covered = rfc8785.dumps({name: value for name, value in document.items() if name not in slots})
    if kind["canonical"] and rfc8785.dumps(document) != data:
        _refuse("not-canonical", (), "expected canonical form")
    for claim in claims:
        tag = kind["kind"] if claim.role is None else f"{kind['kind']}:{claim.role}"
        if not verifies(claim.key, tag.encode() + b"\0" + covered, claim.signature):
            _refuse("signature-invalid", claim.path, "not the named signer's")
    return Verified(kind["kind"], document, [Signing(claim.role, claim.by) for claim in claims])


def _refuse(code: str, path: Path, message: str) -> NoReturn:
    raise DocumentError(code, pointer(path), message)


def _open(data: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    """Reads by the limits of a document, or by those of the kind where that is a larger container."""
    beyond = None
    try:
        document = read(data)
    except DocumentError as error:
        if error.code not in ("too-large", "too-deep"):
            raise
        beyond = error
        largest = max(KINDS.values(), key=lambda kind: int(kind["max-bytes"]))
        document = read(data, largest["max-bytes"], largest["max-depth"])
    if not isinstance(document, dict):
        _refuse("not-an-object", (), "expected an object")
    name = document.get("schema")
    kind = KINDS.get(name) if isinstance(name, str) else None
    if kind is None:
        _refuse("kind-unknown", ("schema",), "expected a known kind")
    if beyond is not None and kind["max-bytes"] <= _DOCUMENT_BYTES:
        raise beyond
    return document, kind


def _unescape(step: str) -> str:
    return step.replace("~1", "/").replace("~0", "~")


def _keys_at(value: Any, steps: list[str], path: Path) -> None:
    """Sees to it that every subject of the document has a key: `*` stands for every item or member."""
    if not steps:
        if isinstance(value, str) and "did:key:" in value and subject(value) is None:
            _refuse("invalid-value", path, "expected a subject with an Ed25519 key of large order")
    elif steps[0] == "*" and isinstance(value, (list, dict)):
        for name, item in enumerate(value) if isinstance(value, list) else value.items():
            _keys_at(item, steps[1:], (*path, name))
    elif isinstance(value, dict) and steps[0] in value:
        _keys_at(value[steps[0]], steps[1:], (*path, steps[0]))


def holds(condition: dict[str, Any], document: dict[str, Any]) -> bool:
    """Whether a condition of the table holds."""
    [(test, asked)] = condition.items()
    if test == "has":
        return asked in document
    if test == "lacks":
        return asked not in document
    if test == "all":
        return all(holds(one, document) for one in asked)
    member, wanted = asked
    value = document.get(member)
    if test == "is":
        return value is wanted if isinstance(wanted, bool) else bool(value == wanted)
    if test == "one-of":
        return any(value is one if isinstance(one, bool) else value == one for one in wanted)
    return isinstance(value, str) and value.startswith(wanted)


def _needed(signer: dict[str, Any], document: dict[str, Any]) -> bool:
    need = signer["needed"]
    if need == "always":
        return True
    return holds(need["when"], document) if "when" in need else not holds(need["unless"], document)


def _claims(signer: dict[str, Any], document: dict[str, Any]) -> list[_Claim]:
    """The signatures that stand in a member, each with the key that is to have made it."""
    member = signer["member"]
    if member not in document:
        if _needed(signer, document):
            _refuse("signature-missing", (member,), "expected a signature")
        return []
    value, each = document[member], signer.get("each")
    if each is None:
        return [_claim(signer, value, (member,), _named(signer, document))]
    if not isinstance(value, list) or not value:
        _refuse("wrong-type", (member,), "expected signatures")
    claims = [
        _claim(signer, entry, (member, index), entry.get(each) if isinstance(entry, dict) else None)
        for index, entry in enumerate(value)
    ]
    if len({claim.by for claim in claims}) != len(claims):
        _refuse("invalid-value", (member,), "expected each signer once")
    return claims


def _admitted(signer: dict[str, Any], text: object) -> Subject | None:
    who = subject(text)
    return who if who is not None and who.kind in signer["kinds"] else None


def _named(signer: dict[str, Any], document: dict[str, Any]) -> object:
    for name in signer["by"]:
        value = document.get(name)
        candidate = value[0] if isinstance(value, list) and value else value
        if _admitted(signer, candidate) is not None:
            return candidate
    return None


def _claim(signer: dict[str, Any], value: object, path: Path, by: object) -> _Claim:
    who = _admitted(signer, by)
    if who is None:
        _refuse("signer-unnamed", path if "each" in signer else (signer["by"][0],), f"expected a {' or '.join(signer['kinds'])}")
    members = {"alg", "value"} | ({signer["each"]} if "each" in signer else set())
    closed = isinstance(value, dict) and set(value) == members and value["alg"] == "ed25519"
    signature = signature_bytes(value["value"]) if isinstance(value, dict) and closed else None
    if signature is None:
        _refuse("invalid-value", path, "expected alg ed25519 and 86 characters of base64url")
    return _Claim(signer.get("role"), path, str(by), who.key, signature)
