"""A repository of any size, made through `git fast-import`: what mining costs when it is large.

Every family is a folder of its own with files alike in all but their names; each commit adds one
file, or edits one and the list that names all. The same figures give the same repository.
"""

from __future__ import annotations

import random
import subprocess  # noqa: TID251  # feeds git through a pipe
from collections import defaultdict
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

FAMILY = 100
# So many additions change the list of their family as well.
LISTED = 0.5
FIRST = 1_400_000_000
STEP = 600
_FIRST = ("amber", "basin", "cedar", "delta", "ember", "fjord", "grove", "haven", "inlet", "jetty")
_SECOND = ("knoll", "larch", "maple", "north", "ocean", "plaza", "ridge", "stone", "tidal", "upper")


def repository(path: Path, *, commits: int, files: int, seed: int = 7) -> None:
    """A bare repository of this many commits, whose families hold this many files at its end."""
    subprocess.run(["git", "init", "--quiet", "--bare", "-b", "main", str(path)], check=True)
    command = ["git", "-C", str(path), "fast-import", "--quiet", "--force"]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as child:
        assert child.stdin is not None
        _feed(child.stdin, _history(commits, files, random.Random(seed)))
    if child.returncode:
        raise subprocess.CalledProcessError(child.returncode, command)


def _feed(out: IO[bytes], history: Iterable[dict[str, str]]) -> None:
    for number, changes in enumerate(history):
        who = f"committer A <a@example.invalid> {FIRST + number * STEP} +0000"
        out.write(f"commit refs/heads/main\n{who}\ndata 1\nx\n".encode())
        for name, text in changes.items():
            out.write(f"M 100644 inline {name}\ndata {len(text)}\n{text}\n".encode())


def _history(commits: int, files: int, chance: random.Random) -> Iterator[dict[str, str]]:
    """Text by path of what each commit writes."""
    families = max(1, files // FAMILY)
    listed: dict[int, list[str]] = defaultdict(list)
    made = 0
    for number in range(commits):
        family = chance.randrange(families)
        if made * commits > number * files:
            place = chance.choice(listed[family]) if listed[family] else "none"
            yield {f"notes/part_{family:04}.md": f"Change {number} was about {place}.\n"}
            continue
        name = _name(made)
        made += 1
        changes = {f"src/part_{family:04}/{name}.py": _text(family, name, chance)}
        listed[family].append(name)
        if chance.random() < LISTED:
            changes[f"lists/part_{family:04}.txt"] = "".join(f"{n}\n" for n in listed[family])
        yield changes


def _name(number: int) -> str:
    first, second = _FIRST[number % len(_FIRST)], _SECOND[number // len(_FIRST) % len(_SECOND)]
    return f"{first}_{second}_{number}"


def _text(family: int, name: str, chance: random.Random) -> str:
    """A file of about 600 characters: most of it is the family's, some its own."""
    title = "".join(word.capitalize() for word in name.split("_"))
    own = "\n".join(f"    step_{n} = {chance.randrange(10_000)}" for n in range(4))
    return (
        f'"""The {name} part of family {family}."""\n\nfrom part_{family:04} import Base\n\n\n'
        f"class {title}(Base):\n    name = '{name}'\n    kind = {family}\n{own}\n\n"
        f"    def run(self, given: int) -> int:\n        self.begin({family})\n"
        f"        found = self.look(given, '{name}')\n        return self.end(found)\n\n\n"
        f"def make() -> Base:\n    return {title}({chance.randrange(100)})\n"
    )
