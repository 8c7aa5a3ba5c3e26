"""Items 28 and 30: how a release is made, and what stands guard over the repository."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from pattern_ci.process import run
from tests.checklist.workflows import ROOT, load

if TYPE_CHECKING:
    from pathlib import Path

FLOW = load("release.yml")
JOBS: dict[str, dict[str, Any]] = FLOW["jobs"]
STEPS = {(job, step["name"]): step for job, data in JOBS.items() for step in data["steps"]}
BASH = ("bash", "-e", "-o", "pipefail", "-c")


def _uses(job: str) -> list[str]:
    return [step["uses"].split("@")[0] for step in JOBS[job]["steps"] if "uses" in step]


def test_28_a_release_comes_from_a_tag_and_no_other_workflow() -> None:
    """The index of packages trusts a file by name: it is no reusable workflow."""
    assert FLOW["on"] == {"push": {"tags": ["v*"]}}


def test_28_each_step_of_the_release_waits_for_the_one_before() -> None:
    """Tested, built, attested, drafted, published to the index, and then made public."""
    order = ["test", "build", "attest", "draft", "pypi", "publish"]

    assert list(JOBS) == order
    for before, job in pairwise(order):
        assert JOBS[job]["needs"] == [before]


def test_28_only_the_index_and_the_attestation_know_who_signs() -> None:
    """An identity is given to two jobs, and neither runs code of the repository."""
    signing = {job for job, data in JOBS.items() if "id-token" in data["permissions"]}
    writing = {job for job, data in JOBS.items() if "write" in data["permissions"].values()}

    assert signing == {"attest", "pypi"}
    assert writing == {"attest", "draft", "pypi", "publish"}
    assert not any("actions/checkout" in _uses(job) for job in writing)


def test_28_publishing_needs_no_stored_secret() -> None:
    """The index is signed in to by identity, in an environment of its own."""
    assert JOBS["pypi"]["environment"] == "pypi"
    assert _uses("pypi")[-1] == "pypa/gh-action-pypi-publish"
    assert "with" not in STEPS["pypi", "Publish"]
    assert "secrets." not in str(FLOW)


def test_28_nothing_comes_out_of_a_cache() -> None:
    """What other runs left could be put into the package."""
    assert not any("actions/cache" in used for job in JOBS for used in _uses(job))
    assert not any("cache" in step.get("with", {}) for step in STEPS.values())


def test_28_what_is_published_is_what_was_attested() -> None:
    """All jobs take the one artifact that the build handed over."""
    taken = [STEPS[job, "Take what was built"]["with"] for job in ("attest", "draft", "pypi")]

    assert taken == [{"name": "dist", "path": "dist/"}] * 3
    assert STEPS["build", "Hand over what was built"]["with"]["name"] == "dist"
    assert STEPS["attest", "Attest where it comes from"]["with"] == {"subject-path": "dist/*"}


@pytest.mark.parametrize(("tag", "code"), [("v1.2.0", 0), ("v1.2.1", 1), ("1.2.0", 0)])
def test_28_a_tag_that_is_not_the_version_stops_the_release(
    tmp_path: Path, tag: str, code: int
) -> None:
    """The step, run as GitHub runs it, looks for the wheel of that version."""
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "pattern_ci-1.2.0-py3-none-any.whl").touch()
    script = STEPS["build", "Compare the version with the tag"]["run"]

    done = run([*BASH, script], cwd=tmp_path, env={"GITHUB_REF_NAME": tag, "PATH": "/usr/bin:/bin"})

    assert done.returncode == code


def test_28_the_release_is_a_draft_until_it_has_all_files(tmp_path: Path) -> None:
    """Both steps, with a program in place of `gh` that writes down what it was told."""
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "a.whl").touch()
    said = tmp_path / "said"
    gh = tmp_path / "bin" / "gh"
    gh.parent.mkdir()
    gh.write_text(f'#!/bin/sh\necho "$@" >> {said}\n')
    gh.chmod(0o755)
    for job, name in (("draft", "Create the draft"), ("publish", "Publish the draft")):
        done = run(
            [*BASH, STEPS[job, name]["run"]],
            cwd=tmp_path,
            env={"GITHUB_REF_NAME": "v1.2.0", "PATH": f"{gh.parent}:/usr/bin:/bin"},
        )
        assert done.returncode == 0, done.stderr

    assert said.read_text().splitlines() == [
        "release create v1.2.0 --draft --verify-tag --generate-notes dist/a.whl",
        "release edit v1.2.0 --draft=false",
    ]


def test_30_the_repository_is_guarded() -> None:
    """A way to report, owners of what runs with a token, and a scheduled outside look."""
    score = load("scorecard.yml")["jobs"]["scorecard"]
    owners = (ROOT / ".github" / "CODEOWNERS").read_text("utf-8")

    assert "Report a vulnerability" in (ROOT / "SECURITY.md").read_text("utf-8")
    assert any(line.startswith("/.github/ ") for line in owners.splitlines())
    assert any("ossf/scorecard-action@" in step.get("uses", "") for step in score["steps"])
    assert score["permissions"]["contents"] == "read"
