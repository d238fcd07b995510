"""What a service's OpenAPI document promises, asked of the service by schemathesis, with signed requests.

The environment says where it listens (EARNEST_URL) and whose key signs (EARNEST_KEY_FILE, EARNEST_KEY_AS).
"""

import base64
import hashlib
import json
import os
import secrets
import time
from urllib.parse import urlsplit

import requests
import schemathesis
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, settings
from requests.auth import AuthBase
from schemathesis.checks import CHECKS, load_all_checks

URL = os.environ["EARNEST_URL"]
COVERED = ("@method", "@authority", "@path", "@query", "content-digest")


class Signed(AuthBase):
    """Signs a request as RFC 9421 has it, over the bytes that go out."""

    def __init__(self, file, kind):
        with open(file, encoding="utf-8") as opened:
            held = json.load(opened)
        seed = base64.urlsafe_b64decode(held["seed"] + "=")
        self.key = Ed25519PrivateKey.from_private_bytes(seed)
        self.subject = f"{kind}:{held['public']}"

    def __call__(self, request):
        body = request.body or b""
        body = body.encode() if isinstance(body, str) else body
        digest = f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"
        now, target = int(time.time()), urlsplit(request.url)
        parts = {
            "@method": request.method,
            "@authority": target.netloc.lower(),
            "@path": target.path or "/",
            "@query": f"?{target.query}",
            "content-digest": digest,
        }
        covered = " ".join(f'"{name}"' for name in COVERED)
        parameters = (
            f'({covered});created={now};expires={now + 60};nonce="{secrets.token_urlsafe(24)}"'
            f';alg="ed25519";keyid="{self.subject}";tag="earnest"'
        )
        lines = [f'"{name}": {parts[name]}' for name in COVERED] + [f'"@signature-params": {parameters}']
        signature = base64.b64encode(self.key.sign("\n".join(lines).encode())).decode()
        request.headers["Content-Digest"] = digest
        request.headers["Signature-Input"] = f"sig={parameters}"
        request.headers["Signature"] = f"sig=:{signature}:"
        return request


SIGNED = Signed(os.environ["EARNEST_KEY_FILE"], os.environ["EARNEST_KEY_AS"])
def described():
    """The document without the signature that `Signed` adds; that it is needed is tested by the service itself."""
    document = requests.get(f"{URL}/openapi.json", timeout=10).json()
    for path in document["paths"].values():
        for operation in path.values():
            operation.pop("security", None)
    document["servers"] = [{"url": URL}]
    return document


schema = schemathesis.openapi.from_dict(described())
schema.config.update(base_url=URL)

# A well-formed request for what is not there, or is not the caller's, is refused: that is no failure of the service.
load_all_checks()
EXCLUDED = CHECKS.get_by_names(["positive_data_acceptance", "ignored_auth"])


@schema.parametrize()
@settings(
    max_examples=int(os.environ.get("EARNEST_EXAMPLES", "15")),
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
def test_every_operation_does_what_the_document_says(case):
    case.call_and_validate(auth=SIGNED, excluded_checks=EXCLUDED)
