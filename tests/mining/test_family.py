"""Which members can be learned from, and what is said when there is no ground for a pattern."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pattern_ci.mining.family import MAX_MEMBER_BYTES, readable
from pattern_ci.mining.roles import Addition, Member
from pattern_ci.model.pattern import Newline
from tests.mining.worlds import NAMES, checker, family, imported, mined, own_words

if TYPE_CHECKING:
    from pathlib import Path

    from tests.mining.worlds import Tree

ADDED = Addition("a", 0, 0, "", moved=False, stood=True, alone=False)
MEMBER = Member("a", "b", ("a",), ADDED)


@pytest.mark.parametrize(
    ("raw", "newline"),
    [
        (b"a\nb\n", Newline.LF),
        (b"a", Newline.LF),
        (b"a\r\nb\r\n", Newline.CRLF),
        (b"a\r\nb", Newline.CRLF),
        ("é中\u2028\n".encode(), Newline.LF),
        (b"a\x0b\x0c\x85\n".replace(b"\x85", b"\xc2\x85"), Newline.LF),
    ],
)
def test_text_of_one_kind_of_line_end_is_readable(raw: bytes, newline: Newline) -> None:
    """It is kept with LF; the slot remembers what it was."""
    found = readable(MEMBER, raw)

    assert found is not None
    assert found.newline is newline
    assert found.text == raw.decode().replace("\r\n", "\n")


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"a\0b\n", b"\xff\xfe", b"caf\xe9\n", b"a\r\nb\n", b"a\nb\r\n", b"a\rb\n", b"a\r",
        b"a\r\r\n", "icon \ue0a0\n".encode(), b"x" * (MAX_MEMBER_BYTES + 1),
    ],
)  # fmt: skip
def test_what_no_template_could_give_back_is_not_read(raw: bytes) -> None:
    """Empty, binary, not UTF-8, mixed or old line ends, private characters, or too large."""
    assert readable(MEMBER, raw) is None


def abstained(path: Path, role: str = "checks/{name.snake}.py") -> dict[str, object]:
    """What mining said of the one role that it left alone."""
    found = mined(path)
    assert found["candidates"] == []
    (one,) = found["abstained"]
    assert one["role"] == role
    assert set(one) == {"role", "members", "reason", "nearest_miss"}
    return dict(one)


@pytest.mark.parametrize(
    "content",
    [
        b"\x00\x01binary",
        "größe\n".encode("latin-1") * 9,
        b"mixed\r\nends\n" * 9,
        b"x" * ((1 << 20) + 1),
        b"",
    ],
)
def test_a_family_without_text_is_left_alone(repo_path: Path, content: bytes) -> None:
    """Each member in a commit of its own; the reason says that there is nothing to read."""
    imported(repo_path, *({f"checks/{name}.py": content} for name in NAMES))

    found = abstained(repo_path)

    assert found["members"] == len(NAMES)
    assert found["reason"] == "no member is text that a template can hold"


def test_odd_members_do_not_spoil_a_family(repo_path: Path) -> None:
    """Binary, latin-1, mixed and old CRLF members are not trained on; the others are."""
    odd: Tree = {
        "checks/one_odd.py": checker("one_odd").replace("\n", "\r\n", 3).encode(),
        "checks/two_odd.py": b"\x00\x01",
        "checks/three_odd.py": "größe\n".encode("latin-1"),
        "checks/four_odd.py": checker("four_odd").replace("\n", "\r\n").encode(),
        "checks/five_odd.py": b"",
        "checks/six_odd.py": ("120000", b"alpha.py"),
    }
    imported(repo_path, odd, *family())

    (draft,) = mined(repo_path)["candidates"]

    assert draft["slots"] == [
        {"role": "checks/{name.snake}.py", "mode": "add", "members": len(NAMES)}
    ]


@pytest.mark.parametrize("count", [2, 3])
def test_few_members_are_no_family(repo_path: Path, count: int) -> None:
    """Below four nothing could be held out; they are not even named."""
    found = mined(imported(repo_path, *family()[:count]))

    assert (found["candidates"], found["abstained"]) == ([], [])


def test_too_few_alike_in_line_ends(repo_path: Path) -> None:
    """The newest style counts; two members of it are too few."""
    lf = [{f"checks/{name}.py": checker(name)} for name in NAMES[:5]]
    crlf = [{f"checks/{n}.py": checker(n).replace("\n", "\r\n").encode()} for n in NAMES[5:7]]

    found = abstained(imported(repo_path, *lf, *crlf))

    assert "too few members" in str(found["reason"])
    assert "2 can be read" in str(found["nearest_miss"])


def test_members_that_share_nothing_are_left_alone(repo_path: Path) -> None:
    """The reason says so, and the nearest miss gives the figures."""
    imported(repo_path, *({f"notes/{n}.txt": " ".join(own_words(n)) + "\n"} for n in NAMES))

    found = abstained(repo_path, "notes/{name.snake}.txt")

    assert found["reason"]
    assert "threshold" in str(found["nearest_miss"])
    assert "%" in str(found["nearest_miss"])


def test_members_of_one_commit_are_predicted_from_each_other(repo_path: Path) -> None:
    """Where no commit came earlier, the members before stand in, and few of them are held out."""
    imported(repo_path, {path: text for tree in family() for path, text in tree.items()})

    (found,) = mined(repo_path)["candidates"]

    assert found["evidence"]["holdout"]["n"] == 2
    assert found["slots"][0]["members"] == len(NAMES)


def test_equal_members_are_better_copied(repo_path: Path) -> None:
    """Where the newest sibling is as good, no pattern is proposed."""
    imported(repo_path, *({f"checks/{name}.py": checker("same")} for name in NAMES))

    assert "copy" in str(abstained(repo_path)["reason"])


def test_coverage_is_the_share_that_beat_copying(repo_path: Path) -> None:
    """Each member has text of its own that a copy would carry along and a template does not."""
    head = "This rule is on by default and can be switched off in the settings.\n" * 3
    pages = [{f"rules/{name}.md": head + "\n".join(own_words(name, 30))} for name in NAMES]
    imported(repo_path, *pages)

    (found,) = mined(repo_path)["candidates"]

    assert found["confidence"]["test_coverage"] == 1.0
