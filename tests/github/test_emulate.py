"""The test server comes from the lock file, from nothing, or the tests fail."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from testing import emulate as emulation

if TYPE_CHECKING:
    from pathlib import Path

    from testing.emulate import Emulate


def test_it_is_pinned() -> None:
    """One exact version, and a lock file that names no registry."""
    manifest = json.loads((emulation.SOURCE / "package.json").read_text())
    lock = json.loads((emulation.SOURCE / "package-lock.json").read_text())
    packages = {name: found for name, found in lock["packages"].items() if name}

    assert manifest["dependencies"] == {"emulate": "0.12.2"}
    assert packages["node_modules/emulate"]["version"] == "0.12.2"
    assert all(found["integrity"].startswith("sha512-") for found in packages.values())
    assert "resolved" not in (emulation.SOURCE / "package-lock.json").read_text()


def test_what_cannot_be_installed_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A broken lock is an error with npm's words, and leaves no half installation."""
    source = tmp_path / "source"
    source.mkdir()
    for name in ("package.json", ".npmrc"):
        (source / name).write_bytes((emulation.SOURCE / name).read_bytes())
    (source / "package-lock.json").write_text("{}")
    monkeypatch.setattr(emulation, "SOURCE", source)

    with pytest.raises(emulation.EmulateError, match="npm could not install"):
        emulation.install(tmp_path / "cache")
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_refusal_is_an_error(emulate: Emulate) -> None:
    """What people do in tests must work, or the test says why not."""
    with pytest.raises(emulation.EmulateError, match="404"):
        emulate.call("GET", "/repos/nobody/nothing")
