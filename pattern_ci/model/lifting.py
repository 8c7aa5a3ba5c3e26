"""How a path is lifted over a name: same folder and extension, or same base name."""

from __future__ import annotations

# A name such as __init__ or _base is the frame of a folder, not one more of its kind.
FRAME_NAMES = ("__init__", "mod", "index", "main", "conftest", "lib", "setup")


def split_name(path: str) -> tuple[str, str, str]:
    """Folder, stem and extension; everything from the last dot, none for `.name`."""
    folder, _, base = path.rpartition("/")
    dot = base.rfind(".")
    return (folder, base[:dot], base[dot:]) if dot > 0 else (folder, base, "")


def lift_in_folder(path: str) -> tuple[str, str, str] | None:
    """Key for "same folder, same extension": prefix, stem, suffix of the path."""
    folder, stem, extension = split_name(path)
    prefix = f"{folder}/" if folder else ""
    if stem in FRAME_NAMES or stem.startswith("_") or not stem:
        return None
    return prefix, stem, extension


def lift_across_folders(path: str) -> tuple[str, str, str] | None:
    """Key for "same base name in sibling folders"."""
    folder, _, base = path.rpartition("/")
    if not folder:
        return None
    parent, _, name = folder.rpartition("/")
    return (f"{parent}/" if parent else ""), name, f"/{base}"


def role_texts(path: str) -> list[tuple[str, str]]:
    """(role text, name) of every way to lift a path."""
    lifted = (lift_in_folder(path), lift_across_folders(path))
    return [
        (f"{prefix}{{name}}{suffix}", name)
        for prefix, name, suffix in filter(None, lifted)
        if not {"{", "}"} & set(prefix + name + suffix)
    ]
