"""Every training member of every draft renders back byte for byte through the real language."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import jsonschema
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from pattern_ci import git, git_objects, git_trees
from pattern_ci.mining import drafting
from pattern_ci.mining.engine import mine
from pattern_ci.model.cases import camel, const, kebab, pascal
from pattern_ci.model.role import Role
from pattern_ci.registry.facts import gather
from pattern_ci.registry.validation import library_findings
from pattern_ci.render.language import render
from tests.mining.worlds import NAMES, checker, family, imported, own_words

if TYPE_CHECKING:
    from collections.abc import Callable

    from pattern_ci.model.candidate import Draft


class Made(NamedTuple):
    """A draft, and what it was written from."""

    draft: Draft
    suite: drafting.Suite


def drafted(path: Path) -> list[Made]:
    """Every draft of a repository with its training members and their values."""
    made: list[Made] = []
    real = drafting.write

    def write(suite: drafting.Suite) -> Draft:
        made.append(Made(real(suite), suite))
        return made[-1].draft

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(drafting, "write", write)
        mine(git.open_repo(path), "HEAD", cache=False)
    return made


def check(path: Path, made: Made) -> None:
    """Its files alone give every training member back, and the library accepts it."""
    spec, files = made.draft.spec, made.draft.files
    (slot,) = spec.slots
    schema = jsonschema.Draft202012Validator(json.loads(files[f"drafts/{spec.inputs}"]))
    repo = git.open_repo(path)
    blobs = {entry.path: entry.blob for entry in git_trees.tree(repo, "HEAD")}
    assert len(made.draft.members) == len(made.suite.template.members) >= 3
    for index, member in enumerate(made.draft.members):
        values = made.suite.template.values(index, made.suite.group.role.holes)
        schema.validate(values)
        back = render(files[f"drafts/{slot.template}"], values, newline=slot.newline)
        assert Role(slot.role).path({"name": str(values["name"])}) == member
        assert {blobs[member]: back.text.encode()} == git_objects.blobs(
            repo, [blobs[member]], max_bytes=1 << 20
        )
    with tempfile.TemporaryDirectory() as name:
        for relative, text in files.items():
            place = Path(name, relative)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(text.encode())
        assert library_findings(gather(Path(name), shown="")) == []


def workflow(name: str) -> str:
    """A file full of expressions of another language, ours and literal braces."""
    return (
        f"name: {kebab(name)}  # {name} of {kebab(name)} with {name}\n"
        "on: {push: {branches: [main]}}\n"
        "jobs:\n"
        f"  {name}:\n"
        "    if: ${{ github.event_name == 'push' }}\n"
        "    env: {TOKEN: '${{ secrets.TOKEN }}', {# odd #}: '{% raw %}{{ x }}{% endraw %}'}\n"
        f"    steps: [{{run: 'make {kebab(name)}'}}, {{run: {own_words(name)[0]}}}]\n"
        f"    # {' '.join(own_words(name, 3))}\n"
        f"    with: {{{name}: ${{{{ inputs.{name} }}}}}}\n"
        f"    outputs: {{{const(name)}: '}}}}%}}#}}{{'}}\n"
        f"{checker(name)}"
    )


def sectioned(name: str) -> str:
    """A file in which half of the members have an optional part."""
    extra = "    def close(self) -> None:\n        self.store.close()\n\n\n"
    return checker(name) + "\n" + (extra if len(name) % 2 else "") + f"{const(name)} = 1\n"


def listed(name: str) -> str:
    """A file with a list of as many lines as its name has letters, and a braced one in groups."""
    words = own_words(name, len(name))
    steps = "".join(f"  - uses: ${{{{ steps.{word} }}}}\n" for word in words)
    groups = ",\n".join(
        f'  {{\n    "word": "{word}",\n    "at": {len(word)}\n  }}' for word in words
    )
    return f"{checker(name)}steps:\n{steps}kind: [\n{groups}\n]\nowner: the same team\n"


FAMILIES: dict[str, Callable[[str], bytes]] = {
    "plain": lambda name: checker(name).encode(),
    "expressions": lambda name: workflow(name).encode(),
    "crlf": lambda name: checker(name).replace("\n", "\r\n").encode(),
    "no final newline": lambda name: checker(name).rstrip("\n").encode(),
    "blank ends": lambda name: ("\n\n" + checker(name) + "\n \n\n").encode(),
    "tabs and trailing blanks": lambda name: checker(name).replace("    ", "\t \t").encode(),
    "byte order mark": lambda name: ("\ufeff" + checker(name)).encode(),
    "unicode": lambda name: checker(name).replace("stored", "später 中文 \u2028 \x85").encode(),
    "quotes and backslashes": lambda name: (checker(name) + '"\\n\' \\\\{{"\n').encode(),
    "braces at every end": lambda name: ("{" + checker(name).replace("\n", "{\n") + "{").encode(),
    "form feed": lambda name: checker(name).replace("\n\n\n", "\n\x0c\n").encode(),
    "optional parts": lambda name: sectioned(name).encode(),
    "lists": lambda name: listed(name).encode(),
}


@pytest.mark.parametrize("kind", FAMILIES)
def test_members_come_back(repo_path: Path, kind: str) -> None:
    """Whatever such files hold, the draft's own files give each member back exactly."""
    content = FAMILIES[kind]
    imported(repo_path, *({f"checks/{name}.txt": content(name)} for name in NAMES))

    (made,) = drafted(repo_path)

    check(repo_path, made)
    assert made.draft.spec.slots[0].newline == ("crlf" if kind == "crlf" else "lf")


def test_parts_that_most_members_have_are_optional(repo_path: Path) -> None:
    """Each is guarded by a switch; whoever lacks one comes back without it."""
    words = ("limits and quotas", "retries after a failure", "names of tables", "order of work")
    names = [*NAMES, "iota", "kappa_max", "lambda_ray", "mu"]
    trees = []
    for number, name in enumerate(names):
        parts = [f"# Here the {part} are as in every check.\n" for part in words]
        del parts[number % len(parts)]
        trees.append({f"checks/{name}.txt": checker(name) + "".join(parts) + f"# {name}\n"})

    (made,) = drafted(imported(repo_path, *trees))

    check(repo_path, made)
    flags = [one for one in made.suite.template.variables if one.kind == "flag"]
    assert flags
    assert all(False in flag.values and True in flag.values for flag in flags)
    assert all(f"{{% if {flag.name} %}}" in made.suite.template.source for flag in flags)


def test_a_family_that_changed_its_habits(repo_path: Path) -> None:
    """Its template is written around the newest member, from the members of the new kind."""
    old = [
        {f"checks/{name}.txt": "\n".join(" ".join(own_words(name + str(n), 9)) for n in range(9))}
        for name in ("nu", "xi_two", "omicron", "pi_ray", "rho", "sigma_on")
    ]
    new = [{f"checks/{name}.txt": checker(name)} for name in NAMES[:6]]

    (made,) = drafted(imported(repo_path, *old, *new))

    check(repo_path, made)
    assert set(made.draft.members) == {path for tree in new for path in tree}


def test_many_roles_at_once(repo_path: Path) -> None:
    """Folders with different habits do not disturb each other."""
    imported(
        repo_path,
        *family(),
        *({f"w/{name}.yml": workflow(name)} for name in NAMES),
        *({f"pkg/{name}/about.txt": checker(name)} for name in NAMES),
    )

    made = drafted(repo_path)

    assert sorted(one.draft.spec.slots[0].role for one in made) == [
        "checks/{name.snake}.py", "pkg/{name.snake}/about.txt", "w/{name.snake}.yml",
    ]  # fmt: skip
    for one in made:
        check(repo_path, one)


@pytest.mark.parametrize("case", [pascal, camel, kebab, const])
def test_names_of_every_case(repo_path: Path, case: Callable[[str], str]) -> None:
    """`FooBar.py` with `foo_bar` in its text and `foo_bar.py` with `FooBar` are the same."""
    names = [case(name) for name in ("one_two", "three_four", "five_six", "seven_ate", "nine_ten")]
    imported(repo_path, *({f"checks/{name}.py": checker(name)} for name in names))

    (made,) = drafted(repo_path)

    check(repo_path, made)


LINES = st.sampled_from(
    [
        "name = {name}", "class {pascal}Thing:", "{const} = '{kebab}'", "    return self.value",
        "${{{{ matrix.{name} }}}}", "{{% if x %}}", "{{# note #}}", "\t# {camel}", "", "}}}}", "{{",
        "zwölf 中 = {words}", "import os", "x = 1", "  ", "'''", "end {name}{name}", "a{{", "%}}",
    ]
)  # fmt: skip


CHANGES = st.tuples(st.integers(0, 12), LINES)


def _filled(line: str, name: str) -> str:
    return line.format(
        name=name, pascal=pascal(name), const=const(name), kebab=kebab(name), camel=camel(name),
        words=" ".join(own_words(name, 2)),
    )  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(
    shared=st.lists(LINES, min_size=2, max_size=12),
    own=st.lists(
        st.lists(st.tuples(st.integers(0, 12), LINES), max_size=3), min_size=5, max_size=7
    ),
    end=st.sampled_from(["\n", "\r\n", ""]),
)
def test_random_families_come_back(
    shared: list[str], own: list[list[tuple[int, str]]], end: str
) -> None:
    """Whatever is shared, added and left out: drafted members round-trip, or there is no draft."""
    trees = []
    for name, extras in zip(NAMES, own, strict=False):
        lines = list(shared)
        for at, line in extras:
            lines.insert(at, line) if at % 2 else lines[at // 2 : at // 2 + 1].clear()
        text = "".join(_filled(line, name) + (end or "\n") for line in lines)
        trees.append({f"gen/{name}.txt": text.encode() if end else text.rstrip("\n").encode()})
    with tempfile.TemporaryDirectory() as folder:
        path = imported(Path(folder, "repo"), *trees)
        made = drafted(path)
        event("drafted" if made else "abstained")
        for one in made:
            check(path, one)
