"""Give a doc suite another name: files move, and every text that names them follows."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from pattern_ci import yaml
from pattern_ci.errors import SpecError

if TYPE_CHECKING:
    from collections.abc import Mapping

_SPEC = ".pattern.yaml"


class Renamed(NamedTuple):
    """The files under their new names; the id follows where it was made from the name."""

    old_name: str
    old_id: str
    new_id: str
    files: dict[str, str]


def rename(files: Mapping[str, str], name: str) -> Renamed:
    """The doc suite in `files` (paths relative to the library) under another name.

    Only what names the pattern changes: templates, variables and outputs stay byte for byte.
    Raises SpecError when there is not exactly one spec, or a file of it cannot be read.
    """
    spec_path = _spec_path(files)
    spec = _load(files[spec_path], spec_path)
    old, old_id = str(spec["name"]), str(spec["pattern_id"])
    if not re.fullmatch(rf"(?:.*/)?{re.escape(old)}{re.escape(_SPEC)}", spec_path):
        msg = f"{spec_path}:1:1: the spec is named {old!r}."
        raise SpecError(msg)
    new_id = renamed_id(old_id, old, name)
    made = {}
    for path, text in files.items():
        changed = _text(path, text, old=old, name=name, old_id=old_id, new_id=new_id)
        made[_path(path, old, name)] = changed
    return Renamed(old, old_id, new_id, made)


def renamed_id(pattern_id: str, old: str, name: str) -> str:
    """The id under the new name; one that somebody chose stays."""
    found = re.fullmatch(rf"PAT-{re.escape(_upper(old))}-([0-9]{{3}})", pattern_id)
    return f"PAT-{_upper(name)}-{found[1]}" if found else pattern_id


def _upper(name: str) -> str:
    return name.upper().replace("_", "-")


def _spec_path(files: Mapping[str, str]) -> str:
    found = [path for path in files if re.search(r"(?:^|/)specs/[^/]+\.pattern\.yaml$", path)]
    if len(found) != 1:
        msg = f"1:1: there are {len(found)} specs; one is needed."
        raise SpecError(msg)
    return found[0]


def _load(text: str, source: str) -> dict[str, Any]:
    data = yaml.load(text, source=source).data
    if not isinstance(data, dict) or not {"name", "pattern_id"} <= data.keys():
        msg = f"{source}:1:1: this is no spec."
        raise SpecError(msg)
    return data


def _path(path: str, old: str, name: str) -> str:
    """A file or folder that is called after the pattern, below the folder of its kind."""
    place = rf"((?:^|[/ ])(?:specs|schemas|templates|examples|docs|executors)/){re.escape(old)}"
    return re.sub(rf"{place}(?=[./]|_executor\.)", rf"\g<1>{name}", path, count=1)


def _text(path: str, text: str, *, old: str, name: str, old_id: str, new_id: str) -> str:
    if path.endswith(_SPEC):
        return _spec(_load(text, path), old=old, name=name, new_id=new_id)
    if path.endswith(".schema.json"):
        return _json(path, text, "title", old_id, new_id)
    if "examples/" in path and path.endswith(".json"):
        return _json(path, text, "pattern_id", old_id, new_id)
    if re.search(r"(?:^|/)registry/", path):
        return _mentions(_paths_in(text, old, name), old_id, new_id)
    if re.search(r"(?:^|/)docs/", path):
        return _mentions(text, old_id, new_id)
    return text


def _spec(data: dict[str, Any], *, old: str, name: str, new_id: str) -> str:
    data = {**data, "name": name, "pattern_id": new_id, "doc_id": f"DOC-{new_id}"}
    for field in ("inputs", "executor"):
        data[field] = _path(str(data[field]), old, name)
    data["slots"] = [
        {**slot, "template": _path(str(slot["template"]), old, name)} for slot in data["slots"]
    ]
    return yaml.dump(data)


def _json(path: str, text: str, key: str, old_id: str, new_id: str) -> str:
    """One value replaced; the layout is that of our own files."""
    try:
        data = json.loads(text)
    except ValueError as error:
        msg = f"{path}:1:1: this is not valid JSON."
        raise SpecError(msg) from error
    if not isinstance(data, dict) or data.get(key) != old_id:
        return text
    return json.dumps({**data, key: new_id}, indent=2, ensure_ascii=False) + "\n"


def _mentions(text: str, old_id: str, new_id: str) -> str:
    return re.sub(rf"(?<![A-Z0-9-]){re.escape(old_id)}(?![A-Z0-9-])", new_id, text)


def _paths_in(text: str, old: str, name: str) -> str:
    lines = [
        re.sub(rf"(name: ){re.escape(old)}$", rf"\g<1>{name}", _path(line, old, name))
        for line in text.split("\n")
    ]
    return "\n".join(lines)
