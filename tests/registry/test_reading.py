"""A file that cannot be read is one finding with its place, never an exception."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pattern_ci import yaml
from pattern_ci.errors import SpecError
from pattern_ci.registry.reading import MAX_BYTES, read_data, read_text

if TYPE_CHECKING:
    from pathlib import Path


def _said(root: Path, name: str) -> str:
    finding = read_data(root, root / name, name).finding
    return finding.line_text if finding else ""


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (
            b"a: 1\nb: \xff\n",
            "x.yaml:2:4: readable: this byte is not UTF-8; save the file as UTF-8.",
        ),
        (b"", "x.yaml:1:1: readable: the file is empty."),
        (b"# only a comment\n", "x.yaml:1:1: readable: the file is empty."),
        (b"a: !!python/object:os.system {}", "x.yaml:1:4: readable: the tag"),
        (b"a: !mine 1", "x.yaml:1:4: readable: "),
        (b"a: !!int x", "x.yaml:1:4: readable: 'x' is not what its tag says."),
        (b"a: 0x_", "x.yaml:1:4: readable: '0x_' is not what its tag says."),
        (b"a: 1\na: 2\n", "x.yaml:2:1: readable: the key 'a' stands here twice."),
        (b"a: [1\n", "x.yaml:2:1: readable: this is not valid YAML"),
        (b"#" * (MAX_BYTES + 1), f"x.yaml:1:1: readable: the file is larger than {MAX_BYTES}"),
    ],
)
def test_bad_bytes_are_one_finding(tmp_path: Path, raw: bytes, said: str) -> None:
    """Encoding, emptiness, tags, duplicate keys, syntax and size each have their line."""
    (tmp_path / "x.yaml").write_bytes(raw)

    assert _said(tmp_path, "x.yaml").startswith(said)


def test_bytes_that_were_carried_through_are_no_yaml() -> None:
    """Text that was read with its odd bytes kept is refused at its place, not with a traceback."""
    with pytest.raises(SpecError, match=r"x\.yaml:2:4: this is not UTF-8"):
        yaml.load("a: 1\nb: \udcff\n", source="x.yaml")


def test_a_yaml_bomb_is_refused(tmp_path: Path) -> None:
    """Aliases that expand to billions of nodes are refused at once."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [
        f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]" for level in range(1, 10)
    ]
    (tmp_path / "x.yaml").write_text("\n".join(lines))

    assert "expands to more than" in _said(tmp_path, "x.yaml")


def test_a_symlink_is_not_followed(tmp_path: Path) -> None:
    """Neither as the file itself nor as a folder on the way."""
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "x.yaml").write_text("token: hunter2\n")
    library = tmp_path / "library"
    library.mkdir()
    (library / "x.yaml").symlink_to(secret / "x.yaml")
    (library / "folder").symlink_to(secret)

    assert "x.yaml is a symlink" in _said(library, "x.yaml")
    assert "folder is a symlink" in _said(library, "folder/x.yaml")


def test_what_is_no_file_is_said(tmp_path: Path) -> None:
    """A folder and nothing at all have their own words."""
    (tmp_path / "x.yaml").mkdir()

    assert "this is no file" in _said(tmp_path, "x.yaml")
    assert "there is no such file" in _said(tmp_path, "y.yaml")


def test_crlf_and_a_byte_order_mark_do_no_harm(tmp_path: Path) -> None:
    """A file that an editor on another system saved reads the same."""
    (tmp_path / "x.yaml").write_bytes(b"\xef\xbb\xbfa: 1\r\nb: |\r\n  two\r\n  lines\r\n")

    file = read_data(tmp_path, tmp_path / "x.yaml", "x.yaml")

    assert file.finding is None
    assert file.data == {"a": 1, "b": "two\nlines\n"}


def test_text_keeps_its_newlines(tmp_path: Path) -> None:
    """Reading never translates: a rule about newlines must see them."""
    (tmp_path / "x.j2").write_bytes(b"a\r\nb\n")

    assert read_text(tmp_path, tmp_path / "x.j2", "x.j2").text == "a\r\nb\n"
