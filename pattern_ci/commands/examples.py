"""`pattern-ci validate --examples PAT`: what its examples come to after a template was edited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pattern_ci import files, output
from pattern_ci.errors import EXIT_FINDINGS, EXIT_OK, PatternNotFoundError
from pattern_ci.messages import validate as messages
from pattern_ci.registry.facts import gather
from pattern_ci.registry.rerendering import rerendered
from pattern_ci.render import diff

if TYPE_CHECKING:
    from pathlib import Path


def refresh(wanted: str, library: Path, *, shown: str, fix: bool) -> int:
    """Print the difference that the templates make to the examples; with `fix` write it.

    1 where examples lag behind and nothing is written, or where one has to be mended by hand.
    Raises PatternNotFoundError.
    """
    suites = [
        one
        for one in gather(library, shown=shown).suites
        if one.spec is not None and wanted in (one.spec.pattern_id, one.spec.name)
    ]
    if not suites:
        what = messages.no_such_pattern(wanted, shown)
        raise PatternNotFoundError(what, next_step=messages.NAME_A_PATTERN)
    texts, left = rerendered(suites[0])
    prefix = f"{shown}/" if shown else ""
    for path, text in texts.items():
        target = files.inside(library, path.removeprefix(prefix))
        if fix:
            files.write_if_changed(target, text)
        else:
            output.write(diff.unified(path, files.read_bytes(target), text.encode()))
    for path, reason in left.items():
        output.line(messages.example_left(path, reason))
    output.line(messages.examples_refreshed(wanted, len(texts), written=fix))
    return EXIT_FINDINGS if left or (texts and not fix) else EXIT_OK
