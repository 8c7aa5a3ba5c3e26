"""Commands, hooks and workflows as data; manifests and tables in the docs are made from this.

`python3 scripts/generate.py` writes what is made from it.
"""

from __future__ import annotations

from typing import NamedTuple

from pattern_ci import __version__

REPOSITORY = "pattern-ci/pattern-ci"
REPOSITORY_URL = f"https://github.com/{REPOSITORY}"
RELEASE = f"v{__version__}"
CONFIG_SCHEMA_ID = (
    f"https://raw.githubusercontent.com/{REPOSITORY}/main/"
    "pattern_ci/model/schemas/config.schema.json"
)


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
    require_serial: bool = True
    verbose: bool = False
    stages: tuple[str, ...] = ("pre-commit", "pre-merge-commit", "manual")
    args: tuple[str, ...] = ()
    offered: bool = True  # `init` writes it and `doctor` misses it


class Permission(NamedTuple):
    """What a workflow needs of the token, and what for."""

    scope: str
    access: str
    why: str


class Workflow(NamedTuple):
    """A reusable workflow that we ship; `permissions` is what its caller must grant."""

    file: str
    does: str
    permissions: tuple[Permission, ...]


# What `executor: builtin:<name>` may name besides `render`; each is pattern_ci/executors/<name>.py.
EXECUTORS: tuple[str, ...] = (
    "atomic_create",
    "batch_create",
    "command",
    "module_creation",
    "orch_unpatterned_log",
    "refactor_patch",
    "scan_auto_features",
    "scan_pattern_registry",
    "self_heal",
    "verify_commit",
    "worktree_lifecycle",
)


# Executors that read what others wrote (rules, templates, patches, output of tools): they run in a
# process beside ours, which is ended at the time limit whatever it does. The others start a program
# or list what the package holds.
HOSTED: frozenset[str] = frozenset(
    {"atomic_create", "batch_create", "module_creation", "refactor_patch"}
    | {"self_heal", "verify_commit", "worktree_lifecycle"}
)


# Executors that find their own work done and leave it alone: a step that was cut off in one of
# these is simply done again.
REPEATABLE: frozenset[str] = frozenset(
    {"render", "rewrite", "atomic_create", "batch_create", "module_creation"}
    | {"refactor_patch", "self_heal", "verify_commit"}
)


class AutoFeature(NamedTuple):
    """A detector or analyser that learns from what is recorded; `tables` are those of the index."""

    id: str
    name: str
    module: str
    description: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    tables: tuple[str, ...]


AUTO_FEATURES: tuple[AutoFeature, ...] = (
    AutoFeature(
        "AUTO-001",
        "ExecutionPatternDetector",
        "execution_detector",
        "Finds executions that recur without a pattern, and drafts one for them.",
        ("events of operations without a pattern", "min_repetitions", "similarity_threshold"),
        ("pattern candidates", "drafts"),
        ("execution_logs", "pattern_candidates"),
    ),
    AutoFeature(
        "AUTO-002",
        "FilePatternMiner",
        "file_pattern_miner",
        "Finds files that are added alike, and drafts templates for them.",
        ("staged files", "git history", "mining_config"),
        ("pattern candidates", "drafts"),
        ("pattern_candidates",),
    ),
    AutoFeature(
        "AUTO-003",
        "ErrorRecoveryPatternLearner",
        "error_learner",
        "Learns from errors that went away which change makes such an error go away.",
        ("error signatures", "resolutions"),
        ("recovery rules in patterns/rules/self_heal",),
        ("error_patterns", "execution_logs"),
    ),
    AutoFeature(
        "AUTO-004",
        "PatternPerformanceAnalyzer",
        "performance_analyzer",
        "Ranks patterns by use, success and time saved, and names those that nobody uses.",
        ("events of executed patterns",),
        ("weekly report in patterns/reports/weekly",),
        ("execution_logs", "pattern_metrics"),
    ),
    AutoFeature(
        "AUTO-005",
        "AntiPatternDetector",
        "anti_pattern_detector",
        "Finds ways of working that fail again and again.",
        ("events of failed executions",),
        ("patterns/anti_patterns/registry.yaml", "pages ANTI-PAT-*"),
        ("execution_logs", "anti_patterns"),
    ),
    AutoFeature(
        "AUTO-006",
        "PatternSuggester",
        "pattern_suggester",
        "Says which pattern fits the step or file at hand, before it is executed.",
        ("the operation at hand", "active patterns", "suggestion_rules"),
        ("suggestions with a confidence",),
        ("pattern_metrics",),
    ),
    AutoFeature(
        "AUTO-007",
        "PatternEvolutionTracker",
        "evolution_tracker",
        "Follows how well patterns do over time, and proposes new versions.",
        ("events of executed patterns", "version history of specs"),
        ("proposed versions", "report in patterns/reports/evolution"),
        ("pattern_metrics", "execution_logs"),
    ),
    AutoFeature(
        "AUTO-008",
        "TemplateAutoGenerator",
        "template_generator",
        "Makes a template from two or three examples.",
        ("example files",),
        ("template", "schema", "drafts"),
        ("pattern_candidates",),
    ),
)

COMMANDS: tuple[Command, ...] = (
    Command(
        "train",
        "[REPO] [--rev REV] [--plan] [--apply [--all]|--pull-request]",
        "The main job: mine the history, draft patterns, publish and report.",
    ),
    Command(
        "mine",
        "[REPO] [--rev REV] [--output DIR]",
        "Read a history and print the candidates; drafts go to DIR.",
    ),
    Command(
        "suggest",
        "[PATH…] [--together] [-z] [--repo REPO] [--rev REV] [--patterns DIR]",
        "Say which pattern would write a path, what it would write and what comes along.",
    ),
    Command(
        "backtest",
        "[REPO] [--rev REV] [--since DATE] [--limit N] [--format FORMAT] [--predictions FILE]",
        "Say what would have been saved here, by hiding later history.",
    ),
    Command(
        "explain",
        "TARGET [--repo REPO] [--rev REV] [--patterns DIR] [--all] [--format FORMAT]",
        "Say why a pattern, a path or a role that was left alone is as it is.",
    ),
    Command(
        "apply",
        "PAT [--var k=v]… [--plan] [--force|--keep] [--update]",
        "Render a pattern into the tree, all files or none; or update what it wrote.",
    ),
    Command(
        "validate",
        "[--patterns DIR] [--instance FILE] [--ground-truth PAT] [--registry] [--fix] "
        "[--since REV [--rev REV]] [--format FORMAT] [--sarif FILE]",
        "Check specs, schemas, templates, examples and the registry, and what changed since REV.",
    ),
    Command(
        "run",
        "PLAN [--plan] [--resume [--done STEP] [--redo STEP]] [--repo DIR] [--format FORMAT]",
        "Run the steps of a plan: each through its pattern, or raw where there is none.",
    ),
    Command(
        "exec",
        "PAT --instance FILE|- [--plan] [--force] [--format FORMAT]",
        "Execute one pattern with the values of an instance, and ask whether it did its work.",
    ),
    Command(
        "diagnose",
        "[FILE|-] [--tool TOOL] [--exit-code N] [--green FILE]… [--form TOOL=FORM]… [--root DIR] "
        "[--all] [--format FORMAT]",
        "Say what a log says is wrong: which error, where, and how often.",
    ),
    Command(
        "telemetry",
        "flush|fetch|status|compact|query [QUESTION] [--apply] [--remote NAME] [--since DATE] "
        "[--until DATE] [--pattern PAT] [--kind OPK] [--limit N] [--format FORMAT]",
        "Say what was recorded, move it into the tree, fetch what workflows did, count old months, "
        "answer questions.",
    ),
    Command(
        "init",
        "[REPO] [--apply] [--ref REF]",
        "Write a first configuration, the hooks and the workflow; shows them first.",
    ),
    Command(
        "doctor",
        "[REPO] [--online]",
        "Say what is missing, misconfigured or dead, and the next step.",
    ),
    Command(
        "uninstall",
        "[REPO] [--apply] [--remote]",
        "Remove caches and settings; patterns/ stays.",
    ),
    Command(
        "comment",
        "--event FILE [--apply]",
        "Carry out a `/pattern` command of a comment on a pull request of ours.",
    ),
    Command(
        "label",
        "--event FILE [--quarantine IDS] [--apply]",
        "Set or take off the label of a pull request whose patterns are to be quarantined.",
    ),
)

HOOKS: tuple[Hook, ...] = (
    Hook(
        id="pattern-flush",
        name="pattern-ci: stage telemetry",
        description="Puts recorded events into the commit, with `telemetry.commit: staged`.",
        module="pattern_ci.hooks.pattern_flush",
        files="",
        pass_filenames=False,
        always_run=True,
        stages=("pre-commit",),
        offered=False,
    ),
    Hook(
        id="pattern-record",
        name="pattern-ci: record",
        description="Records one event about the commit, with `telemetry.enabled`.",
        module="pattern_ci.hooks.pattern_record",
        files="",
        pass_filenames=False,
        always_run=True,
        stages=("post-commit",),
        offered=False,
    ),
    Hook(
        id="pattern-suggest",
        name="pattern-ci: suggest",
        description=(
            "Says which pattern would have written a new file and which companions are missing."
        ),
        module="pattern_ci.hooks.pattern_suggest",
        files="",
        pass_filenames=True,
        always_run=False,
        verbose=True,  # the hosts hide what a hook says when it passes, and advice passes
    ),
    Hook(
        id="pattern-validate",
        name="pattern-ci: validate patterns",
        description="Checks specs, schemas, templates, examples and the registry on change.",
        module="pattern_ci.hooks.pattern_validate",
        files=r"^(patterns/|\.github/pattern-ci\.yml$)",
        pass_filenames=False,
        always_run=False,
    ),
)

OFFERED_HOOKS = tuple(hook for hook in HOOKS if hook.offered)
HOOK_MODULES: dict[str, str] = {hook.id: hook.module for hook in HOOKS}

WORKFLOWS: tuple[Workflow, ...] = (
    Workflow(
        "pattern-train.yml",
        "Mines the history and opens one pull request per pattern.",
        (
            Permission("contents", "write", "creates the branches of its pull requests"),
            Permission("pull-requests", "write", "opens, updates and closes its pull requests"),
            Permission("issues", "write", "keeps the dashboard"),
            Permission("actions", "write", "starts the validation workflow on its branches"),
        ),
    ),
    Workflow(
        "pattern-guard.yml",
        "Holds a pull request that changes `patterns/` to the guarantees of the library.",
        (
            Permission("contents", "read", "reads the history"),
            Permission("pull-requests", "write", "sets the label `pattern-quarantine`"),
        ),
    ),
    Workflow(
        "pattern-comment.yml",
        "Carries out `/pattern` commands in comments on pull requests of ours.",
        (
            Permission("contents", "write", "merges, and commits a new name to the branch"),
            Permission("pull-requests", "write", "closes and retitles the pull request"),
            Permission("issues", "write", "answers and reacts to the comment"),
        ),
    ),
)
