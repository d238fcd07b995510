"""Earnest's documents: models (`earnest_documents.models`) and a verifier."""

from .reading import DocumentError, read
from .verify import KINDS, Signing, Verified, verify

__all__ = ["KINDS", "DocumentError", "Signing", "Verified", "read", "verify"]
