"""One file as it is to be: what transactions write and executors ask for."""

from __future__ import annotations

from typing import NamedTuple


class Change(NamedTuple):
    """New contents of a file; `data` None deletes it, `mode` None keeps its mode.

    An `edit` only adds to what is there, and so needs no consent to overwrite. `made_from` is the
    digest of the file that it was made from, without which it must not be written.
    """

    path: str
    data: bytes | None
    mode: int | None = None
    edit: bool = False
    made_from: str | None = None
