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


KINDS: tuple[SecretKind, ...] = (
    _kind("github-token", "gh", r"\bgh[pousr]_[A-Za-z0-9]{16,}"),
    _kind("github-token", "github_pat_", r"\bgithub_pat_[A-Za-z0-9_]{20,}"),
    _kind("gitlab-token", "gl", r"\bgl(?:pat|dt|rt|ptt|ft|soat|agent|cbt|imt)-[A-Za-z0-9_-]{16,}"),
    _kind("gitlab-token", "gr1348941", r"\bGR1348941[A-Za-z0-9_-]{16,}"),
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
    _kind("pypi-token", "pypi-", r"\bpypi-(?=[a-z0-9_-]{0,60}[A-Z])[A-Za-z0-9_-]{20,}"),
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
    _kind("mailgun-key", "key-", r"\b(?:pub)?key-[0-9a-f]{32}\b"),
    _kind("mailgun-key", "-", r"\b[0-9a-f]{32}-[0-9a-f]{8}-[0-9a-f]{8}\b"),
    _kind("databricks-token", "dapi", r"\bdapi[0-9a-f]{32}(?:-\d)?\b"),
    _kind("dropbox-token", "sl.", r"\bsl\.[A-Za-z0-9_.-]{60,}"),
    _kind("doppler-token", "dp.", r"\bdp\.(?:pt|st|ct|sa|scim|audit)\.[A-Za-z0-9_.-]{40,}"),
    _kind("dynatrace-token", "dt0", r"\bdt0[a-z]\d\d\.[A-Z0-9]{24}(?:\.[A-Z0-9]{64})?"),
    _kind("terraform-token", ".atlasv1.", r"\b[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{40,}"),
    _kind("google-token", "1//0", r"(?<![\w/])1//0[A-Za-z0-9_-]{40,}"),
    _kind("salesforce-token", "00d", r"\b00D[A-Za-z0-9]{12,15}![A-Za-z0-9._]{40,}"),
    _kind("openshift-token", "sha256~", r"\bsha256~[A-Za-z0-9_-]{43}"),
    _kind("firebase-key", ":apa91b", r"\b[A-Za-z0-9_-]{11,22}:APA91b[A-Za-z0-9_-]{60,}"),
    _kind("amazon-mws-token", "amzn.mws.", r"\bamzn\.mws\.[0-9a-f-]{36}"),
    _kind(
        "discord-token", ".", r"\b[MNO][A-Za-z0-9_-]{23,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,40}"
    ),
    _kind("paypal-token", "access_token$", r"\baccess_token\$[a-z]+\$[0-9a-z]{16}\$[0-9a-f]{32}"),
    _kind("age-key", "age-secret-key-", r"AGE-SECRET-KEY-1[A-Z0-9]{20,}"),
    _kind("jwt", "eyj", r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)*"),
    # The last `@` before the path ends it; a slash may only stand in one that follows a name.
    _kind(
        "url-password",
        "://",
        r"(?P<kept>\b[a-z][a-z0-9+.-]{0,20}://)(?:[^\s/@'\"<>][^\s/'\"<>]*@(?!sha\d)"
        r"|[^\s/:@'\"<>]{1,100}:(?!\d{1,5}\b)[^\s'\"<>@]{1,200}@)",
        re.IGNORECASE,
    ),
    _kind("url-password", "sig=", r"(?P<kept>[?&]sig=)[A-Za-z0-9%+/=_-]{16,}", re.IGNORECASE),
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
    _kind("authorization", "token ", r"(?P<kept>\btoken\s{1,9})[0-9a-f]{40}\b", re.IGNORECASE),
)

# Prefixes that an issuer writes before at least twenty signs, not all small letters.
_PREFIXES: dict[str, str] = {
    "adobe-secret": "p8e-",
    "akamai-token": "akab-",
    "alibaba-key": "LTAI",
    "artifactory-token": "AKCp cmVmdGtu",
    "atlassian-token": "ATATT3 ATCTT3 ATBB BBDC-",
    "aws-key": "ABSK bedrock-api-key-",
    "brevo-key": "xkeysib- xsmtpsib-",
    "buildkite-token": "bkua_ bkct_",
    "circleci-token": "CCIPAT_ CCIPRJ_",
    "clojars-token": "CLOJARS_",
    "cloudflare-token": "cfat_ cfut_ cfk_",
    "contentful-token": "CFPAT-",
    "docker-token": "SWMTKN-1- SWMKEY-1-",
    "duffel-token": "duffel_live_ duffel_test_",
    "easypost-key": "EZAK EZTK",
    "facebook-token": "EAAC EAAB EAAG EAAD IGQVJ",
    "figma-token": "figd_ figo_",
    "flutterwave-key": "FLWSECK- FLWSECK_TEST-",
    "fly-token": "fo1_ fm1_ fm2_",
    "gitlab-token": "glffct- gloas- glrtr-",
    "grafana-token": "glsa_ glc_",
    "heroku-key": "HRKU-",
    "hubspot-token": "pat-na1- pat-na2- pat-eu1-",
    "linear-key": "lin_api_ lin_oauth_",
    "model-key": "gsk_ r8_ xai- pplx- tvly- llx- tgp_v1_ pcsk_ lsv2_pt_ lsv2_sk_ api_org_",
    "netlify-token": "nfp_ nfc_ nfo_",
    "new-relic-key": "NRAK- NRBR- NRII- NRJS-",
    "notion-token": "ntn_",
    "nuget-key": "oy2",
    "nylas-key": "nyk_v0_",
    "planetscale-token": "pscale_tkn_ pscale_pw_ pscale_oauth_",
    "posthog-key": "phx_ phs_ phr_ pha_",
    "postman-key": "PMAK- PMAT-",
    "prefect-key": "pnu_ pnb_",
    "pulumi-token": "pul-",
    "readme-key": "rdme_",
    "riot-key": "RGAPI-",
    "rubygems-key": "rubygems_",
    "scalingo-token": "tk-us-",
    "sentry-token": "sntrys_ sntryu_",
    "shippo-token": "shippo_live_ shippo_test_",
    "sonar-token": "sqp_ squ_ sqa_",
    "sourcegraph-token": "sgp_ slk_",
    "square-token": "sq0atp- sq0csp- EAAA",
    "supabase-token": "sbp_ sb_secret_",
    "tailscale-key": "tskey-",
    "typeform-token": "tfp_",
    "vercel-token": "vcp_ vck_ vercel_blob_rw_",
    "wakatime-key": "waka_",
}
_ISSUERS = {prefix: name for name, all_ in _PREFIXES.items() for prefix in all_.split()}
_ISSUED_PREFIXES = tuple(_ISSUERS)
# What such a token may be: whether it is one, its beginning says.
ISSUED = re.compile(r"[A-Za-z0-9_-]{22,}+(?:=[0-9A-F]{8}\b)?")


def issuer_of(token: str) -> str | None:
    """The kind of a token by the prefix that its issuer gave it."""
    bare = token.lstrip("_-")
    if not bare.startswith(_ISSUED_PREFIXES):
        return None
    prefix = max((one for one in _ISSUERS if bare.startswith(one)), key=len)
    rest = bare[len(prefix) :]
    made = any(map(str.isdigit, rest)) or not (rest.islower() or rest.isupper())
    return _ISSUERS[prefix] if len(rest) >= 20 and made else None


EMAIL = re.compile(r"(?<![\w.%+-])[\w.%+-]++@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+")
IPV4 = re.compile(
    r"(?<![\d.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\d.])"
)
# Hosts of some clouds have their address as their name.
HOST = re.compile(r"\bip-\d{1,3}(?:-\d{1,3}){3}\b")
IPV6 = re.compile(
    r"(?<![\w:.])(?=[0-9A-Fa-f:]*\d)(?:(?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}"
    r"|(?:[0-9A-Fa-f]{1,4}:){1,6}(?::[0-9A-Fa-f]{1,4}){1,6}|(?:[0-9A-Fa-f]{1,4}:){1,7}:"
    r"|::(?:[0-9A-Fa-f]{1,4}:){1,5}[0-9A-Fa-f]{1,4})(?:%\w+)?(?!\w|:|\.\w)"
)
HOME = re.compile(
    r"(?P<kept>(?<![\w.])/(?:home|Users|export/home|var/home|mnt/[a-z]/Users)/|(?<!\w)[A-Za-z]:[\\/]{1,2}Users[\\/]{1,2})"
    r"[^\\/\s:'\",;<>|]+"
)
ROOT_HOME = re.compile(r"(?<![\w./])/root(?=/|\b(?!\w))")
