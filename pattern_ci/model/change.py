"""One file as it is to be: what transactions write and executors ask for."""

from __future__ import annotations

from typing import NamedTuple


class Change(NamedTuple):
    """New contents of a file; `data` None deletes it, `mode` None keeps its mode.

    An `edit` only adds to what is there, and so needs no consent to overwrite.
    """

    path: str
    data: bytes | None
    mode: int | None = None
    edit: bool = False
