"""Two weeks in a repository with the bot: what a team sees on each day, and nothing else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from testing.repos import plugin_tree

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.e2e.world import World

APPLY = "with:\n  apply: true\n"
FILES_ALONE = "version: 1\ntrain: {kinds: [family]}\n"


@dataclass
class Team:
    """The people of a repository; `day` is one run of the schedule and what it wrote."""

    world: World

    def day(self) -> list[str]:
        """The writes of one run, in words."""
        run = self.world.run()
        assert run.code == 0, run.log
        words = [self._word(one.method, one.path) for one in self.world.proxy.writes]
        return [word for word in words if word != "POST /git/blobs"]

    def _word(self, method: str, path: str) -> str:
        rest = path.removeprefix(f"/repos/{self.world.repository.slug}")
        if rest == "/graphql" or path == "/graphql":
            return "replace or delete a branch"
        kind = re.sub(r"/[0-9]+|/heads/.*", "", rest)
        return f"{method} {kind}"

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """What somebody does on the site."""
        slug = self.world.repository.slug
        return self.world.repository.emulate.call(method, f"/repos/{slug}{path}", body)

    def open(self) -> dict[str, int]:
        """Number by pattern of what is open."""
        return {
            re.findall(r"PAT-[A-Z-]+-[0-9]+", pull["title"])[0]: pull["number"]
            for pull in self.world.pulls()
            if pull["state"] == "open"
        }

    def merge(self, number: int) -> None:
        """Somebody merges on the site, and the clone follows."""
        files = self.suite(number)
        self.world.repository.human_merges(number)
        self.world.follow(files)

    def push_to(self, number: int, files: dict[str, str]) -> str:
        """Somebody pushes to the branch of a pull request; the new tip."""
        return self.world.repository.human_pushes(self.branch(number), files)

    def branch(self, number: int) -> str:
        """The branch of a pull request."""
        return str(self.call("GET", f"/pulls/{number}")["head"]["ref"])

    def head(self, number: int) -> str:
        """The tip of that branch."""
        return self.world.branches()[self.branch(number)]

    def suite(self, number: int) -> dict[str, str | None]:
        """What a pull request adds."""
        tree, main = (self.world.repository.tree(ref) for ref in (self.branch(number), "main"))
        return {path: text for path, text in tree.items() if path not in main}

    def section(self, head: str) -> list[str]:
        """The lines of one section of the dashboard."""
        for part in self.world.dashboard()["body"].split("\n## ")[1:]:
            title, _, rest = part.partition("\n")
            if title == head:
                return [line for line in rest.split("\n") if line.startswith("- ")]
        return []

    def tick(self, head: str, text: str) -> None:
        """Somebody ticks the box of one line."""
        page = self.world.dashboard()
        (line,) = (one for one in self.section(head) if text in one)
        ticked = page["body"].replace(line, line.replace("[ ]", "[x]"))
        self.call("PATCH", f"/issues/{page['number']}", {"body": ticked})


NEW_PULL = ["POST /git/trees", "POST /git/commits", "POST /git/refs", "POST /pulls"]
TESTS, DOCS, PLUGINS = "PAT-TESTS-TEST-PY-001", "PAT-DOCS-PLUGINS-MD-001", "PAT-PLUGINS-PY-001"


def test_a_fortnight_without_a_surprise(called_with: Callable[..., World]) -> None:
    """Patterns appear, change, are edited, closed, merged by hand, and get in the way."""
    team = Team(called_with(APPLY, config=FILES_ALONE))

    # The first days: two, then one more, then nothing.
    assert team.day() == [*NEW_PULL, *NEW_PULL, "POST /issues"]
    assert team.open() == {TESTS: 1, DOCS: 2}
    assert [PLUGINS in line for line in team.section("Limited")] == [True]
    assert team.day() == [*NEW_PULL, "PATCH /issues"]
    assert team.open() == {TESTS: 1, DOCS: 2, PLUGINS: 4}
    assert team.day() == []

    # One is merged, one is worked on, and the history goes on: the third follows it.
    team.merge(1)
    mine = team.push_to(2, {"notes.md": "mine\n"})
    for name in ("lambda_two", "mu"):
        team.world.push({path: str(text) for path, text in plugin_tree(name).items()})
    assert team.day() == [
        "POST /git/trees", "POST /git/commits", "PATCH /git/refs", "PATCH /pulls",
        "replace or delete a branch", "PATCH /issues",
    ]  # fmt: skip
    assert team.open() == {DOCS: 2, PLUGINS: 4}
    assert team.head(2) == mine
    assert [DOCS in line for line in team.section("Edited")] == [True]
    assert team.day() == []

    # Closing is final; the edited one is given up by a box, the closed one is wanted after all.
    team.world.repository.human_closes(4)
    assert team.day() == ["PATCH /issues"]
    assert [PLUGINS in line for line in team.section("Rejected")] == [True]
    team.tick("Edited", DOCS)
    team.tick("Rejected", PLUGINS)
    assert sorted(team.day()) == sorted([
        "POST /git/trees", "POST /git/commits", "replace or delete a branch", "PATCH /pulls",
        "POST /pulls", "POST /issues/comments", "PATCH /issues",
    ])  # fmt: skip
    assert team.head(2) != mine
    assert set(team.open()) == {DOCS, PLUGINS}
    assert team.section("Rejected") == team.section("Edited") == []

    # Somebody merges by hand what the bot proposes: it says so and closes.
    again = team.open()[PLUGINS]
    team.world.push(team.suite(again))
    assert team.day() == ["POST /issues/comments", "PATCH /pulls", "PATCH /issues"]
    assert team.open() == {DOCS: 2}
    (said,) = team.call("GET", f"/issues/{again}/comments")
    assert "The base branch has this already" in said["body"]

    # Somebody's own file gets in the way, and out of it.
    (page,) = (path for path in team.suite(2) if path.startswith("patterns/docs/"))
    team.world.push({page: "Our own page.\n"})
    assert team.day() == ["PATCH /issues"]
    assert ["in the way" in line for line in team.section("Errors")] == [True]
    team.world.push({page: None})
    assert team.day() == ["PATCH /issues"]

    assert team.day() == []
    assert team.open() == {DOCS: 2}
    assert [DOCS in line for line in team.section("Open")] == [True]
    assert set(team.world.branches()) == {"main", *(team.branch(n) for n in (2, again))}
