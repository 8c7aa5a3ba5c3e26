"""Drafts are validated as the patterns that they would become, before anybody sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pattern_ci import files
from pattern_ci.automation.train.known import LIBRARY
from pattern_ci.model.finding import Severity
from pattern_ci.registry.facts import gather
from pattern_ci.registry.validation import library_findings

if TYPE_CHECKING:
    from collections.abc import Mapping


def unsound(suites: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """The first error of each doc suite that has one; suites are files of a library by identity.

    All are laid out as one library, so that two which clash are found as well.
    """
    owners = {path: identity for identity, made in suites.items() for path in made}
    texts = {path: text for made in suites.values() for path, text in made.items()}
    found: dict[str, str] = {}
    with files.scratch_folder(texts) as root:
        for finding in library_findings(gather(root, shown=LIBRARY)):
            owner = owners.get(finding.path.removeprefix(f"{LIBRARY}/"))
            if owner is not None and finding.severity is Severity.ERROR:
                found.setdefault(owner, finding.line_text)
    return found
