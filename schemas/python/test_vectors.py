"""Runs the verifier and the models over every test vector of this repository; fails where a verdict is not the index's."""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from earnest_documents import DocumentError, verify
from earnest_documents.keys import is_large, verifies
from earnest_documents.models import MODELS

VECTORS = Path(__file__).parents[2] / "tests" / "vectors"
BY_KIND = ("kind-unknown", "kind-mismatch", "not-an-object", "signer-unnamed")


def refusal(data: bytes) -> DocumentError | None:
    """Why the verifier refuses a document."""
    try:
        verify(data)
    except DocumentError as error:
        return error
    return None


def modelled(kind: str, data: bytes) -> bool:
    """Whether the model takes a document."""
    try:
        MODELS[kind].model_validate(json.loads(data))
    except (ValidationError, ValueError):
        return False
    return True


def verdicts(vector: dict[str, Any]) -> list[tuple[str, bool]]:
    """What has to hold of a vector, and whether it does."""
    data = (VECTORS / vector["file"]).read_bytes()
    error, taken = refusal(data), modelled(vector["kind"], data)
    if vector["valid"]:
        return [(f"the verifier accepts it: {error}", error is None), ("the model accepts it", taken)]
    found = []
    if vector["fault"] in ("read", "signature") or vector["code"] in BY_KIND:
        found.append(("the verifier refuses it", error is not None))
        place = f"{error.code} at {error.at}" if error else "nothing"
        found.append((f"{vector['code']} at {vector['at']}, found {place}", place == f"{vector['code']} at {vector['at']}"))
    if vector["fault"] == "schema":
        # Of a key, a model can state no more than the form.
        only_key = error is not None and "with an Ed25519 key of large order" in str(error)
        found.append(("the model refuses it", not taken or only_key))
    return found


def edge_cases() -> Iterator[tuple[str, str, bool]]:
    """The edge cases of Ed25519 that others published, with the strict verdicts that were measured for them."""
    root = Path(__file__).parents[2]
    conformance = root / os.environ.get("EARNEST_CONFORMANCE", "../shared/conformance")
    if not conformance.exists():
        if os.environ.get("CI") == "true":
            yield (str(conformance), "holds the vectors of others", False)
        print(f"SKIPPED: the vectors of others are not at {conformance}", file=sys.stderr)
        return
    measured = json.loads((conformance / "ed25519_measured_verdicts.json").read_text("utf-8"))
    cctv = json.loads((conformance / "cctv-ed25519/ed25519vectors.json").read_text("utf-8"))
    sets = {"cctv": [(case["key"], case["msg"].encode(), case["sig"]) for case in cctv]}
    for name, file in (("speccheck", "cases"), ("speccheck_scripts", "scripts_cases")):
        cases = json.loads((conformance / f"ed25519-speccheck/{file}.json").read_text("utf-8"))
        sets[name] = [(case["pub_key"], bytes.fromhex(case["message"]), case["signature"]) for case in cases]
    for name, cases in sets.items():
        for index, (key, message, signature) in enumerate(cases):
            key, signature = bytes.fromhex(key), bytes.fromhex(signature)
            found = is_large(key) and verifies(key, message, signature)
            yield (f"{name} {index}", "the verdict", found == measured[name][index]["dalek3_verify_strict"])


def main() -> int:
    """Prints what fails, and how much passed."""
    index = json.loads((VECTORS / "index.json").read_text("utf-8"))
    found = [(vector["file"], *verdict) for vector in index["vectors"] for verdict in verdicts(vector)]
    found += edge_cases()
    failed = [f"failed: {file}: {what}" for file, what, holds in found if not holds]
    print("\n".join(failed), file=sys.stderr) if failed else None
    print(f"{len(found) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
