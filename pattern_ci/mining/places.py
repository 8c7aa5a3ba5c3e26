"""Keys of the groups that a path can belong to; each is told from the path alone."""

from __future__ import annotations

from pattern_ci.model.lifting import AGAIN, lift_above, lift_across_folders, lift_in_folder


def of(path: str) -> list[str]:
    """Keys of all groups that a path can belong to."""
    return [*beside(path), *nested(path)]


def beside(path: str) -> list[str]:
    """Keys of the groups that are no nested ones."""
    return [key for key in (near(path), across(path)) if key is not None]


def near(path: str) -> str | None:
    """Key of "same folder, same extension"; `//`, which no path holds, stands for the name."""
    lifted = lift_in_folder(path)
    return lifted and f"{lifted[0].removesuffix('/')}//{lifted[2]}"


def across(path: str) -> str | None:
    """Key of "same base name in sibling folders"; see `near`."""
    lifted = lift_across_folders(path)
    return lifted and f"{lifted[0].removesuffix('/')}//{lifted[2]}"


def nested(path: str) -> list[str]:
    """Keys of "same path below sibling folders", for each folder above; see `near`.

    `AGAIN` stands where the name comes again: `rules//` + `/AGAIN.py` for `rules/x/x.py`.
    """
    return [key_of(prefix, suffix) for prefix, _, suffix in lift_above(path)]


def key_of(prefix: str, suffix: str) -> str:
    """The key of a place; a prefix ends with a slash."""
    return f"{prefix[:-1]}//{suffix}"


def place_of(key: str) -> tuple[str, str]:
    """The prefix and the suffix of a key."""
    folder, _, suffix = key.partition("//")
    return f"{folder}/" if folder else "", suffix


def is_nested(key: str) -> bool:
    """Whether a key is one that `nested` makes."""
    suffix = key.partition("//")[2]
    return suffix.startswith("/") and ("/" in suffix[1:] or AGAIN in suffix)


def cause_of(key: str) -> str:
    """The role that rules speak of, from the key of a group."""
    prefix, suffix = place_of(key)
    return f"{prefix}{{name}}{suffix.replace(AGAIN, '{name}')}"


def name_in(key: str, path: str) -> str:
    """What stands in `path` for the name; `path` is one of a nested key."""
    return path.removeprefix(place_of(key)[0]).partition("/")[0]
