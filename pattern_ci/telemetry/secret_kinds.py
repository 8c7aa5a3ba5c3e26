"""What secrets look like: prefixes and forms that the issuers document, as data.

A form that belongs to one issuer is named after it; the marks in a text say which form was found.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class SecretKind(NamedTuple):
    """A form of secret. `needle` is a cheap test: texts without it are not searched.

    The group `kept`, where there is one, is text before the secret that stays.
    """

    name: str
    needle: str
    form: re.Pattern[str]


def _kind(name: str, needle: str, form: str, flags: int = 0) -> SecretKind:
    return SecretKind(name, needle, re.compile(form, re.ASCII | flags))


_WORDS = (
    r"pass(?:word|wd|phrase)?|pwd|secret|token|credentials?|api[_-]?key|access[_-]?key|auth[_-]?key"
    r"|private[_-]?key|signing[_-]?key|encryption[_-]?key|account[_-]?key|shared[_-]?access[_-]?signature"
    r"|client[_-]?secret|connection[_-]?string|webhook|cookie|session[_-]?id|app[_-]?key"
)
# Values that name where a secret comes from, or that there is none.
_NO_VALUE = (
    r"(?!\$\{|\$\(|\$[A-Za-z_]|\{\{|<|\*{3}|\[redacted|(?:none|null|true|false|undefined)\b)"
)

KINDS: tuple[SecretKind, ...] = (
    _kind(
        "private-key",
        "private key",
        r"-----BEGIN[A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----.*?(?:-----END[A-Z0-9 ]*-----|\Z)",
        re.DOTALL,
    ),
    _kind("github-token", "gh", r"\bgh[pousr]_[A-Za-z0-9]{16,}"),
    _kind("github-token", "github_pat_", r"\bgithub_pat_[A-Za-z0-9_]{20,}"),
    _kind("gitlab-token", "gl", r"\bgl(?:pat|dt|rt|ptt|ft|soat|agent|cbt|imt)-[A-Za-z0-9_-]{16,}"),
    _kind("aws-key", "a", r"\b(?:AKIA|ASIA|AROA|AIDA|ABIA|ACCA)[A-Z0-9]{16}\b"),
    _kind("google-key", "aiza", r"\bAIza[A-Za-z0-9_-]{30,}"),
    _kind("google-token", "ya29.", r"\bya29\.[A-Za-z0-9_-]{16,}"),
    _kind("google-client", "gocspx-", r"\bGOCSPX-[A-Za-z0-9_-]{16,}"),
    _kind("azure-secret", "8q~", r"\b[A-Za-z0-9_~.-]{3}8Q~[A-Za-z0-9_~.-]{30,}"),
    _kind("slack-token", "xox", r"\bxox[abeoprs](?:\.xox[a-z])?-[A-Za-z0-9-]{10,}"),
    _kind("slack-token", "xapp-", r"\bxapp-\d-[A-Za-z0-9-]{10,}"),
    _kind(
        "webhook",
        "hooks.slack.com",
        r"https?://hooks\.slack\.com/(?:services|workflows|triggers)/\S+",
    ),
    _kind("webhook", "/api/webhooks/", r"https?://[a-z.]*discord(?:app)?\.com/api/webhooks/\S+"),
    _kind("stripe-key", "k_", r"\b(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{10,}"),
    _kind("stripe-key", "whsec_", r"\bwhsec_[A-Za-z0-9+/=]{16,}"),
    _kind("npm-token", "npm_", r"\bnpm_[A-Za-z0-9]{20,}"),
    _kind("pypi-token", "pypi-", r"\bpypi-[A-Za-z0-9_-]{20,}"),
    _kind("model-key", "sk-", r"\bsk-(?:[a-z0-9]+-)*[A-Za-z0-9_-]{16,}"),
    _kind("model-key", "hf_", r"\bhf_[A-Za-z0-9]{20,}"),
    _kind("sendgrid-key", "sg.", r"\bSG\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}"),
    _kind("twilio-key", "k", r"\bSK[0-9a-f]{32}\b"),
    _kind("mailchimp-key", "-us", r"\b[0-9a-f]{32}-us\d{1,2}\b"),
    _kind("digitalocean-token", "do", r"\bdo[opr]_v1_[a-f0-9]{32,}"),
    _kind("docker-token", "dckr_", r"\bdckr_(?:pat|oat)_[A-Za-z0-9_-]{20,}"),
    _kind("vault-token", "hv", r"\bhv[bsr]\.[A-Za-z0-9_-]{20,}"),
    _kind("shopify-token", "shp", r"\bshp(?:at|ca|pa|ss)_[A-Fa-f0-9]{20,}"),
    _kind("telegram-token", ":aa", r"\b\d{8,10}:AA[A-Za-z0-9_-]{30,}"),
    _kind("age-key", "age-secret-key-", r"AGE-SECRET-KEY-1[A-Z0-9]{20,}"),
    _kind("jwt", "eyj", r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)*"),
    _kind(
        "url-password", "://", r"(?P<kept>\b[a-z][a-z0-9+.-]{0,20}://)[^\s/@'\"<>]+@", re.IGNORECASE
    ),
    _kind("url-password", "sig=", r"(?P<kept>[?&]sig=)[A-Za-z0-9%+/=_-]{16,}", re.IGNORECASE),
    _kind(
        "authorization",
        "authorization",
        r"(?P<kept>\b(?:proxy-)?authorization['\"]?\s*[:=]\s*['\"]?)(?!\[redacted)[^\r\n'\"]+",
        re.IGNORECASE,
    ),
    _kind(
        "authorization",
        "bearer",
        r"(?P<kept>\bbearer\s+)(?=\S*\d)[A-Za-z0-9._~+/=-]{8,}",
        re.IGNORECASE,
    ),
    _kind(
        "authorization",
        "basic",
        r"(?P<kept>\b[Bb]asic\s+)(?=\S*[A-Z])(?=\S*[a-z])(?=\S*[0-9=])[A-Za-z0-9+/]{8,}={0,2}(?![\w.])",
    ),
    _kind(
        "assignment",
        "",
        # A name may end with such a word; what stands before the word is looked at, not walked.
        rf"(?P<kept>(?:(?<![A-Za-z])|(?-i:(?<=[a-z])(?=[A-Z])))(?:{_WORDS})['\"]?\s{{0,9}}"
        r"(?:=>|:=|=|:)\s{0,9})"
        rf"{_NO_VALUE}(?:\"[^\"\r\n]+\"?|'[^'\r\n]+'?|[^\s,;'\"&]+)",
        re.IGNORECASE,
    ),
    _kind(
        "assignment",
        "--",
        rf"(?P<kept>--(?:[a-z0-9]+-)*(?:{_WORDS})\s+){_NO_VALUE}(?!-)[^\s]+",
        re.IGNORECASE,
    ),
)

EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+", re.ASCII)
IPV4 = re.compile(
    r"(?<![\d.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\d.])"
)
IPV6 = re.compile(
    r"(?<![\w:.])(?=[0-9A-Fa-f:]*\d)(?:(?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}"
    r"|(?:[0-9A-Fa-f]{1,4}:){1,6}(?::[0-9A-Fa-f]{1,4}){1,6}|(?:[0-9A-Fa-f]{1,4}:){1,7}:"
    r"|::(?:[0-9A-Fa-f]{1,4}:){1,5}[0-9A-Fa-f]{1,4})(?:%\w+)?(?!\w|:|\.\w)"
)
HOME = re.compile(
    r"(?P<kept>(?<![\w.])/(?:home|Users|export/home)/|(?<!\w)[A-Za-z]:[\\/]{1,2}Users[\\/]{1,2})"
    r"[^\\/\s:'\",;<>|]+"
)
ROOT_HOME = re.compile(r"(?<![\w./])/root(?=/|\b(?!\w))")

# The last word of a name, or the last two, that say that the value is a secret.
SECRET_NAMES = frozenset(
    {
        "password", "passwd", "passphrase", "pass", "pwd", "secret", "secrets", "token", "tokens",
        "apikey", "credential", "credentials", "authorization", "auth", "cookie", "cookies",
        "webhook",
    }
)  # fmt: skip
SECRET_PAIRS = frozenset(
    {
        "api key", "access key", "private key", "secret key", "auth key", "account key",
        "signing key", "encryption key", "connection string", "session id", "app key",
    }
)  # fmt: skip
