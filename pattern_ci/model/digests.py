"""Digests: what makes a candidate the same one, and when its content changed."""

from __future__ import annotations

import hashlib
import json
from typing import Any

IDENTITY_HEX = 16
# Made once: `json.dumps` makes one for each text, which costs more than a short text.
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def canonical(data: Any) -> bytes:
    """Plain data as bytes that do not depend on key order."""
    return _ENCODER.encode(data).encode("utf-8", "surrogateescape")


def content_digest(data: Any) -> str:
    """SHA-256 of plain data, in hex with its algorithm's name."""
    return "sha256:" + hashlib.sha256(canonical(data)).hexdigest()


def text_digest(text: str) -> str:
    """SHA-256 of a text in UTF-8."""
    return "sha256:" + hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def identity(kind: str, role_globs: list[str], cluster_key: str) -> str:
    """What decides branch, pull request and rejection (design, section 6.8): 16 hex digits.

    It depends on what the pattern is about, not on its members, so that new members do not make a
    closed proposal come back.
    """
    digest = hashlib.sha256(canonical([kind, sorted(role_globs), cluster_key])).hexdigest()
    return digest[:IDENTITY_HEX]
