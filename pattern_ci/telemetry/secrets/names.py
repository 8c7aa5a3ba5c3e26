"""Which names say that their value is a secret: `apiToken`, `PGPASSWORD`, not `token_count`."""

from __future__ import annotations

import re
from functools import lru_cache

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
# The last word of a name, or the last two, that say so.
_NAMES = frozenset(
    {
        "password", "passwd", "passphrase", "passcode", "pass", "pwd", "secret", "token", "apikey",
        "credential", "authorization", "auth", "cookie", "webhook", "bearer",
        "passwords", "secrets", "tokens", "credentials", "cookies", "webhooks",
    }
)  # fmt: skip
_PAIRS = frozenset(
    {
        "api key", "access key", "private key", "secret key", "auth key", "account key",
        "signing key", "encryption key", "connection string", "session id", "app key",
        "master key", "shared key", "storage key", "access signature", "password hash",
        "secret string", "auth header", "authorization header",
    }
)  # fmt: skip
# Names are also written without a sign between their words.
_ENDS = (
    "password", "passwd", "passphrase", "secret", "token",
    "apikey", "secretkey", "accesskey", "privatekey", "authkey", "accountkey", "signingkey",
    "sessionid",
)  # fmt: skip
# Many words end in `pass` and `pwd` that name no secret; these stand before one.
_BEFORE_PASS = frozenset(
    {
        "admin", "amqp", "d", "db", "enc", "ftp", "git", "http", "imap", "key", "keystore", "ldap",
        "login", "mail", "mongo", "my", "mysql", "pg", "postgres", "proxy", "rabbit", "redis",
        "root", "smtp", "sql", "ssh", "store", "sudo", "svn", "trust", "truststore", "user", "vnc",
    }
)  # fmt: skip
# What a name may still have behind the word that says it.
_BEHIND = frozenset({"value", "confirmation", "base", "plain", "plaintext"})


@lru_cache(maxsize=1024)
def names_secret(name: str) -> bool:
    """Whether values under this name are secrets."""
    words = [word.lower() for word in _WORD.findall(name)]
    while len(words) > 1 and (words[-1].isdigit() or words[-1] in _BEHIND):
        words.pop()
    return bool(words) and (
        words[-1] in _NAMES or " ".join(words[-2:]) in _PAIRS or _is_glued(words[-1])
    )


def counts(name: str) -> bool:
    """Whether a number under this name may be how many there are."""
    return name[-1:] in ("s", "S") and not name.lower().endswith("pass")


def _is_glued(word: str) -> bool:
    if word.endswith(_ENDS):
        return not word.startswith("nopass")  # what needs none
    end = 4 if word.endswith("pass") else 3 if word.endswith("pwd") else 0
    return end > 0 and word[:-end] in _BEFORE_PASS
