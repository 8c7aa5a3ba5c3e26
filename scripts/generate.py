"""Write every file that is made from the catalogue, errors, configuration records and specs.

Usage: python3 scripts/generate.py [--check]
"""

from __future__ import annotations

import json
import re
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from pattern_ci import errors, yaml  # noqa: E402  # the script runs without an installed package
from pattern_ci.catalog import COMMANDS, CONFIG_SCHEMA_ID, HOOKS, WORKFLOWS, Hook  # noqa: E402
from pattern_ci.model.config import Config, json_schema, options  # noqa: E402
from pattern_ci.model.pattern import Mode, Status  # noqa: E402
from pattern_ci.registry.library import load_library  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

FIX = "python3 scripts/generate.py"
HEADER = f"# Made from pattern_ci/catalog.py by `{FIX}`: edit that file, then run it.\n"
BUILT_IN_ROLES = f'''"""The paths of built-in patterns, so that no spec is read for any other path.

Made from patterns/specs/ by `{FIX}`.
"""

from __future__ import annotations

# The id of an active pattern, and a role of it.
ROLES: tuple[tuple[str, str], ...] = (
{{rows}})
'''
MARKED = r"(<!-- made by scripts/generate\.py: {name} -->\n).*?(<!-- end: {name} -->)"
MIN_PRE_COMMIT = "3.2.0"  # the first version in which stages have the names of git's hooks


def hooks_manifest() -> str:
    """`.pre-commit-hooks.yaml`."""
    return HEADER + yaml.dump([_hook(hook) for hook in HOOKS])


def _hook(hook: Hook) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "id": hook.id,
        "name": hook.name,
        "description": hook.description,
        "entry": f"pattern-ci hook {hook.id}",
        "language": "python",
        "minimum_pre_commit_version": MIN_PRE_COMMIT,
        "stages": list(hook.stages),
        "pass_filenames": hook.pass_filenames,
        "require_serial": hook.require_serial,
    }
    optional = {
        "files": hook.files,
        "always_run": hook.always_run,
        "verbose": hook.verbose,
        "args": list(hook.args),
    }
    return entry | {name: value for name, value in optional.items() if value}


def config_schema() -> str:
    """`config.schema.json`."""
    return json.dumps(json_schema(CONFIG_SCHEMA_ID), indent=2) + "\n"


def built_in_roles() -> str:
    """`built_in_roles.py`."""
    rows = "".join(f"    ({json.dumps(one)}, {json.dumps(role)}),\n" for one, role in _roles())
    return BUILT_IN_ROLES.format(rows=rows)


def _roles() -> list[tuple[str, str]]:
    """Every path that sets off a built-in pattern: what it writes, or what it waits for."""
    specs = [pattern.spec for pattern in load_library(ROOT / "patterns").patterns]
    return sorted(
        (spec.pattern_id, role)
        for spec in specs
        if spec.status is Status.ACTIVE
        for role in (
            *(slot.role for slot in spec.slots if slot.mode is Mode.ADD),
            *([spec.trigger] if spec.trigger else []),
        )
    )


def table(head: Sequence[str], rows: Iterator[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(
        "| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines
    )


def commands_table() -> str:
    """One row a command."""
    rows = ((f"`pattern-ci {c.name} {c.usage}`", c.does) for c in COMMANDS)
    return table(["command", "what it does"], rows)


def hooks_table() -> str:
    """One row a hook."""
    return table(["hook", "what it does"], ((f"`{h.id}`", h.description) for h in HOOKS))


def workflows_table() -> str:
    """One row a workflow, with the permissions that its caller must grant."""
    rows = (
        (
            f"`{flow.file}`",
            flow.does,
            "<br>".join(f"`{p.scope}: {p.access}` ({p.why})" for p in flow.permissions),
        )
        for flow in WORKFLOWS
    )
    return table(["workflow", "what it does", "permissions of the calling job"], rows)


def exit_codes_table() -> str:
    """One row a category of error, from `errors.py`."""
    fixed = [
        ("0", "done, nothing to complain about"),
        ("1", "a check found something"),
        (str(errors.EXIT_UNEXPECTED), "a fault of ours; the report is printed"),
        (str(errors.EXIT_INTERRUPTED), "interrupted (Ctrl-C)"),
    ]
    known = [(str(error.return_code), str(error.__doc__)) for error in error_classes()]
    return table(["code", "when"], iter(sorted([*fixed, *known], key=lambda row: int(row[0]))))


def error_classes() -> Iterator[type[errors.FatalError]]:
    """Every category of fatal error."""
    for value in vars(errors).values():
        is_error = isinstance(value, type) and issubclass(value, errors.FatalError)
        if is_error and value is not errors.FatalError:
            yield value


def options_table() -> str:
    """One row an option of `.github/pattern-ci.yml`."""
    return table(["option", "default", "what it does"], _option_rows(Config, ""))


def _option_rows(record: type[Any], prefix: str) -> Iterator[Sequence[str]]:
    for name, default, limits in options(record):
        full = f"{prefix}{name}"
        if hasattr(default, "__dataclass_fields__"):
            yield from _option_rows(type(default), f"{full}.")
            continue
        shown = default.value if isinstance(default, StrEnum) else default
        shown = list(shown) if isinstance(shown, tuple) else shown
        low, high = limits.get("minimum"), limits.get("maximum")
        bounds = f" From {low} to {high}." if low != high else ""
        yield f"`{full}`", f"`{json.dumps(shown)}`", f"{limits['says']}{bounds}"


def marked(page: str, name: str, text: str) -> str:
    """The page with the part between its markers replaced."""
    pattern = re.compile(MARKED.format(name=re.escape(name)), re.DOTALL)
    result, count = pattern.subn(lambda found: f"{found[1]}\n{text}\n{found[2]}", page)
    if count != 1:
        msg = f"the page must hold the markers of {name!r} exactly once, not {count} times."
        raise SystemExit(msg)
    return result


def generated() -> dict[Path, str]:
    """Every generated file with the text that it must hold."""
    made = {
        ROOT / ".pre-commit-hooks.yaml": hooks_manifest(),
        ROOT / "pattern_ci/model/schemas/config.schema.json": config_schema(),
        ROOT / "pattern_ci/registry/built_in_roles.py": built_in_roles(),
    }
    for name, parts in PAGES.items():
        text = (ROOT / name).read_text("utf-8")
        for part, make in parts.items():
            text = marked(text, part, make())
        made[ROOT / name] = text
    return made


PAGES = {
    "docs/commands.md": {
        "commands": commands_table,
        "hooks": hooks_table,
        "exit codes": exit_codes_table,
    },
    "docs/workflows.md": {"workflows": workflows_table},
    "docs/configuration.md": {"options": options_table},
}


def main(argv: Sequence[str] | None = None) -> int:
    """Write what differs; with `--check` only name it and return 1."""
    check = list(sys.argv[1:] if argv is None else argv) == ["--check"]
    stale = [
        path
        for path, text in generated().items()
        if not path.exists() or path.read_text("utf-8") != text
    ]
    for path in stale:
        print(f"{'stale' if check else 'wrote'} {path.relative_to(ROOT)}")
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(generated()[path], "utf-8")
    return 1 if check and stale else 0


if __name__ == "__main__":
    raise SystemExit(main())
