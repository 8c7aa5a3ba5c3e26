"""What a step says may hold secrets; what is kept and told of it does not."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from pattern_ci.engine.running import run_plan
from pattern_ci.engine.schedule import State
from tests.engine.worlds import engine_at, plan_of
from tests.telemetry.planted import HEX, MIXED, Maker, planted

if TYPE_CHECKING:
    from pathlib import Path

SECRETS = planted(per_kind=1)
SAYS = "import sys; sys.stderr.write(open('said.txt').read()); print(*sys.argv); sys.exit(1)"


def test_no_secret_of_a_step_is_kept_or_told(tmp_path: Path) -> None:
    """Neither in the run's log nor beside it, nor in the result; the rest of the line stays."""
    lines = "".join(f"error: deploy with {secret.text} failed\n" for secret in SECRETS)
    engine = engine_at(tmp_path / "repo", {"said.txt": lines})
    words = [secret.text for secret in SECRETS if "\n" not in secret.text]
    absent = [{"check": "file_exists", "path": f"out-{words[0]}", "expected": True}]
    steps: list[dict[str, Any]] = [
        {"id": "says", "run": [sys.executable, "-c", SAYS, *words]},
        {"id": "absent", "run": ["true"], "ground_truth": absent},
    ]

    run = run_plan(engine, plan_of(engine, *steps))

    assert set(run.result.states.values()) == {State.FAILED}
    kept = [path.read_text("utf-8") for path in engine.runs.rglob("*") if path.is_file()]
    told = repr([outcome.result for outcome in run.result.outcomes.values()])
    assert sum("error: deploy with" in text for text in kept) == 2
    for text in kept:
        assert [secret.kind for secret in SECRETS if secret.core in text] == []
    # A report keeps what only looks made by chance: it may be an id that a program goes on with.
    assert {secret.kind for secret in SECRETS if secret.core in told} <= {"base 64"}


def test_a_secret_whose_beginning_is_cut_away_is_not_told(tmp_path: Path) -> None:
    """A key longer than what is kept of an output, and a password at the very place of the cut."""
    maker, label = Maker(7), "PRIVATE" + " KEY"
    lines = [maker.some(MIXED + "+/", 64) for _ in range(80)]
    block = "\n".join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----"])
    word = maker.some(HEX, 40)
    files = {
        "key.txt": f"the key:\n{block}\nended\n",
        "word.txt": f"the word:\nDB_PASSWORD={word}" + "\n." * 985,
    }
    engine = engine_at(tmp_path / "repo", files)
    says = "import sys; print(open(sys.argv[1]).read()); sys.exit(int(sys.argv[2]))"
    run = [sys.executable, "-c", says]
    steps: list[dict[str, Any]] = [
        {"id": "key", "run": [*run, "key.txt", "0"]},
        {"id": "word", "run": [*run, "word.txt", "0"]},
    ]

    outcomes = run_plan(engine, plan_of(engine, *steps)).result.outcomes

    told = repr([outcome.result for outcome in outcomes.values()])
    assert [line for line in lines if line in told] == []
    assert outcomes["key"].result.outputs["stdout"].split() == [
        "the", "key:", "[redacted:private-key]", "ended",
    ]  # fmt: skip
    assert word[-6:] not in told
    assert outcomes["word"].result.outputs["stdout"].count(".") > 900
