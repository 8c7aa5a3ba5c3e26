"""Validates a library: facts are gathered once, every rule looks at them, findings come sorted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pattern_ci import files
from pattern_ci.messages import validate as messages
from pattern_ci.model.config import CONFIG_PATH
from pattern_ci.registry.config import read_config
from pattern_ci.registry.derive import INDEX, MARKER, ROUTING, derived_files
from pattern_ci.registry.mending import mended
from pattern_ci.registry.published import published
from pattern_ci.registry.reading import read_data
from pattern_ci.registry.rules import (
    applied,
    examples,
    library,
    registry,
    rewrites,
    schemas,
    specs,
    templates,
)
from pattern_ci.registry.shape import problems
from pattern_ci.registry.variables import schema_problems, variable_problems

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from pattern_ci.model.finding import Finding
    from pattern_ci.registry.facts import Facts
    from pattern_ci.registry.reading import DataFile
    from pattern_ci.registry.suites import Suite

_REGISTRY_RULES = (registry.check, library.check)
_ALL_RULES = (
    specs.check,
    schemas.check,
    templates.check,
    rewrites.check,
    examples.check,
    applied.check,
    *_REGISTRY_RULES,
)


def library_findings(facts: Facts, *, registry_only: bool = False) -> list[Finding]:
    """What all rules, or those about the registry, say about a library."""
    rules = _REGISTRY_RULES if registry_only else _ALL_RULES
    return ordered(finding for rule in rules for finding in rule(facts))


def ordered(findings: Iterable[Finding]) -> list[Finding]:
    """By place, each once: two suites that share a broken file would report it twice."""
    return sorted(dict.fromkeys(findings))


def config_findings(root: Path) -> list[Finding]:
    """What is wrong with the configuration of a repository; nothing when it has none."""
    text = files.read_text(root / CONFIG_PATH)
    return [] if text is None else list(read_config(text)[1])


def instance_findings(facts: Facts, root: Path, path: Path, *, shown: str) -> list[Finding]:
    """What is wrong with the values in an instance file (or an example), all at once."""
    file = read_data(root, path, shown)
    if file.document is None:
        return [file.finding] if file.finding else []
    found = [
        file.at(problem.key, "instance-shape", problem.message)
        for problem in problems(file.data, published(_kind(file)))
    ]
    return ordered(found or _instance(facts, file))


def _kind(file: DataFile) -> str:
    names = file.data if isinstance(file.data, dict) else {}
    if "outputs" in names:
        return "positive_example"
    return "negative_example" if "reason" in names else "instance"


def _instance(facts: Facts, file: DataFile) -> Iterator[Finding]:
    wanted = file.data["pattern_id"]
    suite = _suite(facts, wanted, file.data.get("pattern_version"))
    if suite is None or suite.schema is None:
        yield file.at(("pattern_id",), "instance-pattern", messages.no_pattern(wanted))
        return
    if suite.schema.document is None or schema_problems(suite.schema.data):
        text = messages.unusable_schema(suite.schema.path)
        yield file.at(("pattern_id",), "instance-pattern", text)
        return
    for problem in variable_problems(suite.schema.data, file.data["variables"]):
        yield file.at(("variables", *problem.key), "instance-variable", problem.message)


def _suite(facts: Facts, pattern_id: str, version: str | None) -> Suite | None:
    """The suite that an instance is for; the active copy stands first."""
    for suite in facts.suites:
        spec = suite.spec
        if spec and spec.pattern_id == pattern_id and version in (None, spec.version):
            return suite
    return None


def fix(root: Path, facts: Facts) -> list[str]:
    """Rewrite the derived files that lag behind; returns their names relative to the library.

    Nothing is written while a spec cannot be read (it would drop out of the index), and a file
    that somebody else wrote stays, but for what `mending` puts right in it.
    """
    if not facts.suites and facts.index is None and facts.routing is None:
        return []
    if any(suite.spec is None for suite in facts.suites):
        return []
    there = {INDEX: facts.index, ROUTING: facts.routing}
    written = [
        name
        for name, text in mended(root, facts).items()
        if files.write_if_changed(files.inside(root, name), text)
    ]
    for name, text in derived_files(facts.located).items():
        file = there[name]
        ours = file is None or (file.text is not None and file.text.startswith(MARKER))
        if ours and files.write_if_changed(files.inside(root, name), text):
            written.append(name)
    return written
