"""A repository whose one pattern reproduces what was committed; a test changes one thing in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pattern_ci import git as door
from pattern_ci import yaml
from pattern_ci.automation.guard.check import Guarded, guard
from pattern_ci.model.digests import text_digest
from pattern_ci.model.pattern import Evidence, Spec
from testing.repos import build_repo, commit, git
from tests.registry import samples

if TYPE_CHECKING:
    from pathlib import Path

    from pattern_ci.model.config import OnBreak
    from pattern_ci.model.finding import Finding

MEMBER = "plugins/beta_ray.py"
MEMBER_TEXT = 'class BetaRayPlugin:\n    """Handles rays."""\n'
TEST_MEMBER = "tests/test_beta_ray.py"
TEST_TEXT = "from plugins.beta_ray import BetaRayPlugin\n"
# Rendered from its name alone: the schema's default says the rest.
PLAIN = "plugins/gamma.py"
PLAIN_TEXT = 'class GammaPlugin:\n    """Handles things."""\n'


@dataclass(kw_only=True)
class World:
    """A clone on a branch `topic`; `main` has the sound library."""

    path: Path
    added: str

    def spec(self, **changes: Any) -> Spec:
        """The spec as `main` has it, but for `changes`."""
        evidence = Evidence(commits=(self.added,), files=(MEMBER, PLAIN))
        fields: dict[str, Any] = {
            "evidence": evidence,
            "ground_truth": ({"check": "renders", "slot": "plugin", "expected": True},),
        }
        return samples.spec(**(fields | changes))

    def example(self, **changes: Any) -> str:
        """The example as `main` has it, but for `changes`."""
        return samples.as_json(samples.positive(**({"commit": self.added} | changes)))

    def write(self, **files: str | None) -> None:
        """Change files of the library, by the names of constants in `samples`; None deletes."""
        tree = {f"patterns/{getattr(samples, name)}": text for name, text in files.items()}
        commit(self.path, {path: text and text.encode() for path, text in tree.items()})

    def release(self, version: str, **changes: Any) -> str:
        """The text of the spec at another version, with its entry in the history."""
        history = ({"version": "1.2.0"}, {"version": version, "change": "next"})
        return text_of(self.spec(version=version, **({"history": history} | changes)))

    def guard(self, *, rev: str | None = "HEAD", on_break: OnBreak | None = None) -> Guarded:
        """What the guard says of the branch, or of the files on disk without `rev`."""
        repo = door.open_repo(self.path)
        return guard(
            repo, self.path / "patterns", "patterns", since="main", rev=rev, on_break=on_break
        )

    def said(self, **options: Any) -> list[tuple[str, str, int]]:
        """Rule, file below `patterns/` and line of every error."""
        found = self.guard(**options).findings
        return samples.said([one for one in found if one.severity.value == "error"])

    def notes(self, rule: str) -> list[Finding]:
        """The notices of a rule."""
        found = self.guard().findings
        return [one for one in found if (one.rule, one.severity.value) == (rule, "notice")]


def text_of(spec: Spec) -> str:
    """A spec as a file."""
    return yaml.dump(spec.to_dict())


def build(path: Path) -> World:
    """Members first, then the pattern that was learned from them, then a branch."""
    members = {MEMBER: MEMBER_TEXT, TEST_MEMBER: TEST_TEXT, PLAIN: PLAIN_TEXT}
    build_repo(path, {name: text.encode() for name, text in members.items()})
    world = World(path=path, added=git(path, "rev-parse", "HEAD").strip())
    library = samples.library(world.spec(), POSITIVE=world.example())
    commit(path, {f"patterns/{name}": text.encode() for name, text in library.items()})
    git(path, "switch", "--quiet", "--create", "topic")
    return world


def digest_of(text: str) -> str:
    """As an example records it."""
    return text_digest(text)
