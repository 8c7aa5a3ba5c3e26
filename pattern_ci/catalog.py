"""Commands, hooks and workflows as data; manifests and tables in the docs are made from this."""

from __future__ import annotations

from typing import NamedTuple


class Command(NamedTuple):
    """A verb of the command line; `usage` shows its arguments, `does` is one sentence."""

    name: str
    usage: str
    does: str


class Hook(NamedTuple):
    """A hook that we ship; the fields are those of a pre-commit manifest."""

    id: str
    name: str
    description: str
    module: str
    files: str
    pass_filenames: bool
    always_run: bool
    args: tuple[str, ...] = ()


class Workflow(NamedTuple):
    """A reusable workflow that we ship; `permissions` is what its caller must grant."""

    file: str
    does: str
    permissions: tuple[tuple[str, str], ...]


COMMANDS: tuple[Command, ...] = (
    Command(
        "train",
        "[REPO] [--rev REV] [--plan|--apply|--pull-request]",
        "The main job: mine the history, draft patterns, publish and report.",
    ),
    Command(
        "mine",
        "REPO [--rev REV] [--output DIR]",
        "Read a history and print the candidates; drafts go to DIR.",
    ),
    Command(
        "suggest",
        "[PATH…] [--repo REPO] [--rev REV] [--patterns DIR]",
        "Say which pattern would write a path, what it would write and what comes along.",
    ),
    Command(
        "apply",
        "PAT [--var k=v]… [--plan] [--force]",
        "Render a pattern into the tree, all files or none.",
    ),
    Command(
        "validate",
        "[--fix] [--format text|json|github]",
        "Check specs, schemas, templates, examples and the registry.",
    ),
    Command("init", "[--apply]", "Write a first configuration, shown before it is written."),
    Command("doctor", "", "Say what is missing, misconfigured or dead, and the next step."),
    Command("uninstall", "[--apply]", "Remove caches and settings; patterns/ stays."),
)

HOOKS: tuple[Hook, ...] = (
    Hook(
        "pattern-suggest",
        "pattern-ci: suggest",
        "Says which pattern would have written a new file and which companions are missing.",
        "pattern_ci.hooks.pattern_suggest",
        "",
        True,
        False,
    ),
    Hook(
        "pattern-validate",
        "pattern-ci: validate patterns",
        "Checks specs, schemas, templates, examples and the registry when they change.",
        "pattern_ci.hooks.pattern_validate",
        r"^(patterns/|\.github/pattern-ci\.yml$)",
        False,
        False,
    ),
)

HOOK_MODULES: dict[str, str] = {hook.id: hook.module for hook in HOOKS}

WORKFLOWS: tuple[Workflow, ...] = (
    Workflow(
        "pattern-train.yml",
        "Mines the history and opens one pull request per pattern.",
        (("contents", "write"), ("pull-requests", "write")),
    ),
)
