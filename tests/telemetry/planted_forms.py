"""Secrets known by what stands around them, in the ways that files and programs write them down."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from tests.telemetry.planted import HEX, MIXED, UPPER, URL_SAFE, Maker, Planted

if TYPE_CHECKING:
    from collections.abc import Callable

_P = "pass" + "word"
_LOW = "abcdefghijklmnopqrstuvwxyz0123456789"
# Stands for a password that a person chose.
_PLACE = "§"
_AROUND = {
    "glued variable": f"PG{_P.upper()}=§ psql -h db",
    "glued short name": "SSH" + "PASS=§ sshpass -e ssh host",
    "glued key": f"db{_P}: §",
    "numbered name": f"{_P.upper()}_2=§",
    "secret key": "SECRET" + "_KEY=§",
    "netrc": f"machine api.example.invalid login bob {_P} §",
    "netrc lines": f"machine api.example.invalid\n  login bob\n  {_P} §",
    "curl user": "curl -sS -u admin:§ https://host.invalid",
    "curl long user": "curl --user 'admin:§' https://host.invalid",
    "client flag": "mysqldump -uroot -p§ shop",
    "login flag": "docker login -u me -p § registry.invalid",
    "digest": 'Authorization: Digest username="bob", response="§"',
    "quoted header": "curl -H 'Authorization: Token token=\"§\"' https://host.invalid",
    "header in json": '{"Authorization": "Token §", "id": 3}',
    "second cookie": "Cookie: theme=dark; sid=§",
    "set cookie": "Set-Cookie: sid=§; Path=/; HttpOnly",
    "escaped json": f'{{\\"user\\":\\"me\\",\\"{_P}\\":\\"§\\"}}',
    "twice escaped": f'"{{\\\\\\"{_P}\\\\\\": \\\\\\"§\\\\\\"}}"',
    "bytes": f"{_P}=b'§'",
    "bytes in a dict": f"{{'{_P}': b'§', 'n': 1}}",
    "xml": f"<{_P}>§</{_P}>",
    "xml with space": f'<db.{_P} type="x">\n  §\n</db.{_P}>',
    "java property": f"java -D{_P}=§ -jar a.jar",
    "wide": f"{_P}{' ' * 40}={' ' * 40}§",
    "dollar": f"{_P}=$A§",
    "comma": f"{_P}=x,§",
    "semicolon": f'{_P}="x;§"',
    "angle": f"{_P}=<§",
    "list of words": f"['mysql', '--{_P}', '§', '-h', 'db']",
    "name and value": f'{{"name": "DB_{_P.upper()}", "value": "§"}}',
    "name over value": f"  - name: DB_{_P.upper()}\n    value: §",
    "annotated": f'{_P}: str = "§"',
    "compared": f'if {_P} == "§":',
    "subscript": f'os.environ["DB_{_P.upper()}"] = "§"',
    "percent": f"next=1&{_P}%3D§%26x",
    "block": f"{_P}: |\n  §\nuser: me",
    "next line": f"db:\n  {_P}:\n    §",
    "three quotes": f'{_P} = """§"""',
    "call with a text": f'{_P} = Secret("§")',
    "build file": f"ENV DB_{_P.upper()} §",
    "statement": f"CREATE USER x WITH {_P.upper()} '§'",
    "character data": f"<{_P}><![CDATA[§]]></{_P}>",
    "two in brackets": "get(url, auth=('me', '§'))",
    "colours": f"\x1b[36m{_P}\x1b[0m: \x1b[31m§\x1b[0m",
    "entities": f"&quot;{_P}&quot;:&quot;§&quot;",
    "escaped signs": f"\\u0022{_P}\\u0022:\\u0022§\\u0022",
    "tagged": f"{_P}: !!str §",
    "item": f"{_P}s:\n  - §",
    "hard blanks": f"{_P}\xa0=\xa0§",
    "quote within": f"{_P}=a'§",
    "words": "pass" + "phrase: correct §",
    "slash in address": "postgres://app:§/x@db.invalid/app",
    "at in address": "postgres://app:a@§@db.invalid/app",
}


def _around(form: str) -> Callable[[Maker], tuple[str, str]]:
    before, after = form.split(_PLACE)
    return lambda maker: maker.within(before, maker.word(), after)


# A prefix that its issuer documents, and the alphabet and length of what follows.
_TOKENS = {
    "mailgun": ("key" + "-", HEX, 32),
    "rubygems": ("ruby" + "gems_", HEX, 48),
    "supabase": ("sb" + "p_", HEX, 40),
    "postman": ("PM" + "AK-", HEX, 24),
    "databricks": ("da" + "pi", HEX, 32),
    "linear": ("lin" + "_api_", MIXED, 40),
    "grafana": ("gl" + "sa_", MIXED, 32),
    "atlassian": ("ATAT" + "T3xFfGF0", MIXED, 60),
    "bitbucket": ("ATB" + "B", MIXED, 32),
    "netlify": ("nf" + "p_", MIXED, 36),
    "figma": ("fig" + "d_", URL_SAFE, 40),
    "tailscale": ("tskey" + "-auth-", MIXED, 20),
    "groq": ("gs" + "k_", MIXED, 52),
    "replicate": ("r8" + "_", MIXED, 37),
    "planetscale": ("pscale" + "_tkn_", MIXED, 43),
    "sentry": ("sntry" + "u_", HEX, 64),
    "sonar": ("sq" + "p_", HEX, 40),
    "sourcegraph": ("sg" + "p_", HEX, 40),
    "pulumi": ("pu" + "l-", HEX, 40),
    "new relic": ("NR" + "AK-", UPPER, 27),
    "notion": ("nt" + "n_", MIXED, 46),
    "brevo": ("xkey" + "sib-", HEX, 64),
    "circleci": ("CCI" + "PAT_", MIXED, 44),
    "doppler": ("dp" + ".pt.", MIXED, 43),
    "dynatrace": ("dt0" + "c01.", UPPER, 24),
    "gitlab runner": ("GR" + "1348941", URL_SAFE, 20),
    "terraform": ("aB3dE5fG7hI9jK" + ".atlasv1.", MIXED, 67),
    "google refresh": ("1/" + "/0", URL_SAFE, 60),
    "discord bot": ("M" + "TExMTExMTExMTExMTExMTEx.G" + "abcde.", URL_SAFE, 38),
    "square": ("sq0" + "csp-", MIXED, 43),
    "hubspot": ("pat" + "-na1-", HEX, 32),
    "docker swarm": ("SWM" + "TKN-1-", _LOW, 50),
    "posthog": ("ph" + "x_", MIXED, 43),
    "nuget": ("oy" + "2", _LOW, 43),
}


def _token(prefix: str, alphabet: str, count: int) -> Callable[[Maker], tuple[str, str]]:
    return lambda maker: maker.bare(prefix, alphabet, count)


FORMS: dict[str, Callable[[Maker], tuple[str, str]]] = {
    **{name: _around(form) for name, form in _AROUND.items()},
    **{name: _token(*token) for name, token in _TOKENS.items()},
    "classic digits": lambda m: m.within("authorization: token ", m.some(HEX, 40)),
    "registry login": lambda m: m.within(
        '{"auths": {"r.invalid": {"auth": "', base64.b64encode(f"bob:{m.word()}".encode()).decode(),
        '"}}}',
    ),
}  # fmt: skip


def planted_forms(per_form: int, seed: int = 5) -> list[Planted]:
    """That many secrets in each form."""
    maker = Maker(seed)
    return [Planted(name, *make(maker)) for name, make in FORMS.items() for _ in range(per_form)]
