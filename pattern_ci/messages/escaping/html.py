"""Text of others in HTML: it shows itself and does nothing else.

A page is made of elements; what goes into one is an element or text that was escaped here.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from pattern_ci.messages.escaping.lines import one_line
from pattern_ci.model.safe import Html

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# No script, no image, nothing from elsewhere, whatever should ever get past the escaping.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def text(value: str) -> Html:
    """One line of text that shows as `value`."""
    return Html(html.escape(one_line(value), quote=True))


def element(tag: str, *children: Html, style: str = "", scope: str = "") -> Html:
    """An element of ours; `style` and `scope` are its attributes."""
    given = (("style", style), ("scope", scope))
    said = "".join(f' {name}="{html.escape(value, quote=True)}"' for name, value in given if value)
    return Html(f"<{tag}{said}>{''.join(children)}</{tag}>")


def table(head: Sequence[str], rows: Iterable[Sequence[Html]]) -> Html:
    """A table with column heads."""
    top = element("tr", *(element("th", text(name), scope="col") for name in head))
    body = [element("tr", *(element("td", cell) for cell in row)) for row in rows]
    return element("table", element("thead", top), element("tbody", *body))


def page(title: str, style: str, body: Iterable[Html]) -> Html:
    """A whole page that needs nothing but itself; `style` is CSS of ours."""
    whole = "\n".join(body)
    return Html(
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width">\n'
        f"<title>{text(title)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n"
        f"{whole}\n</body>\n</html>\n"
    )
