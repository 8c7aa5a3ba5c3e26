"""Secrets of many kinds, made from pieces at run time: no file holds what looks like one."""

from __future__ import annotations

import base64
import json
import random
import string
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

MIXED = string.ascii_letters + string.digits
URL_SAFE = MIXED + "-_"
HEX = "0123456789abcdef"
UPPER = string.ascii_uppercase + string.digits


class Planted(NamedTuple):
    """A secret as it stands in a text: `text` holds it, `core` must not be seen afterwards."""

    kind: str
    text: str
    core: str


class Maker:
    """Makes secrets; the same seed makes the same ones."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def some(self, alphabet: str, count: int) -> str:
        """Characters by chance."""
        return "".join(self._random.choices(alphabet, k=count))

    def bare(self, prefix: str, alphabet: str, count: int) -> tuple[str, str]:
        """A secret that is known by its prefix alone, whatever stands around it."""
        core = self.some(alphabet, count)
        return prefix + core, core

    def within(self, before: str, core: str, after: str = "") -> tuple[str, str]:
        """A secret that is known by what stands around it."""
        return before + core + after, core

    def word(self) -> str:
        """A password that a person chose: short, and not by chance."""
        return self._random.choice(("hunter", "letmein", "qwerty", "swordfish")) + self.some(
            string.digits, 3
        )

    def jwt(self) -> tuple[str, str]:
        """A token in three parts."""
        head = base64.urlsafe_b64encode(json.dumps({"alg": "HS256", "typ": "JWT"}).encode())
        body = base64.urlsafe_b64encode(json.dumps({"sub": self.some(MIXED, 20)}).encode())
        core = self.some(URL_SAFE, 43)
        return f"{head.decode().strip('=')}.{body.decode().strip('=')}.{core}", core

    def key_block(self) -> tuple[str, str]:
        """A private key as a file holds it."""
        core = self.some(MIXED + "+/", 64)
        label = "RSA " + "PRIVATE" + " KEY"
        return f"-----BEGIN {label}-----\n{core}\n{core[::-1]}\n-----END {label}-----", core

    def two_parts(self, prefix: str) -> tuple[str, str]:
        """A key in two parts with dots."""
        core = self.some(URL_SAFE, 43)
        return f"{prefix}.{self.some(URL_SAFE, 22)}.{core}", core

    def azure(self) -> tuple[str, str]:
        """A client secret of Azure: a sign in its middle marks it."""
        core = self.some(MIXED, 31)
        return f"{self.some(MIXED, 3)}8Q~{core}", core


KINDS: dict[str, Callable[[Maker], tuple[str, str]]] = {
    "github classic": lambda m: m.bare("ghp" + "_", MIXED, 36),
    "github oauth": lambda m: m.bare("gho" + "_", MIXED, 36),
    "github app": lambda m: m.bare("ghs" + "_", MIXED, 36),
    "github fine-grained": lambda m: m.bare("github" + "_pat_", MIXED + "_", 60),
    "gitlab": lambda m: m.bare("glpat" + "-", URL_SAFE, 20),
    "aws id": lambda m: m.bare("AK" + "IA", UPPER, 16),
    "aws secret": lambda m: m.within("aws_secret_access_key = ", m.some(MIXED + "+/", 40)),
    "google api": lambda m: m.bare("AI" + "za", URL_SAFE, 35),
    "azure client": lambda m: m.azure(),
    "azure storage": lambda m: m.within("AccountKey=", m.some(MIXED + "+/", 86) + "==", ";Sfx=a"),
    "slack bot": lambda m: m.bare("xox" + "b-", MIXED + "-", 40),
    "slack webhook": lambda m: m.within(
        "https://hooks.slack" + ".com/services/", f"T{m.some(UPPER, 8)}/B{m.some(UPPER, 8)}/"
        + m.some(MIXED, 24)
    ),
    "stripe": lambda m: m.bare("sk" + "_live_", MIXED, 24),
    "npm": lambda m: m.bare("npm" + "_", MIXED, 36),
    "pypi": lambda m: m.bare("pypi" + "-", URL_SAFE, 90),
    "language model": lambda m: m.bare("sk" + "-proj-", MIXED, 48),
    "hugging face": lambda m: m.bare("hf" + "_", string.ascii_letters, 34),
    "sendgrid": lambda m: m.two_parts("S" + "G"),
    "twilio": lambda m: m.bare("S" + "K", HEX, 32),
    "jwt": lambda m: m.jwt(),
    "private key": lambda m: m.key_block(),
    "url": lambda m: m.within("postgres://app:", m.word(), "@db.example.invalid/x"),
    "password": lambda m: m.within("DB_PASS" + "WORD=", m.word()),
    "yaml token": lambda m: m.within("  api_token: ", m.some(HEX, 32)),
    "json secret": lambda m: m.within('{"client_' + 'secret": "', m.word(), '", "id": 4}'),
    "option": lambda m: m.within("deploy --pass" + "word ", m.word(), " --now"),
    "bearer": lambda m: m.within("Authorization: Bearer ", m.some(MIXED, 30)),
    "basic": lambda m: m.within(
        "authorization: Basic ", base64.b64encode(f"me:{m.word()}".encode()).decode()
    ),
    "by chance": lambda m: m.bare("", MIXED, 40),
    "base 64": lambda m: m.bare("", MIXED + "+/", 44),
}  # fmt: skip


def planted(per_kind: int, seed: int = 5) -> list[Planted]:
    """That many secrets of each kind."""
    maker = Maker(seed)
    return [Planted(kind, *make(maker)) for kind, make in KINDS.items() for _ in range(per_kind)]
