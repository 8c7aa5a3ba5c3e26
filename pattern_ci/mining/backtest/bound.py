"""How much of a file is really new: what a compressor needs for it that knows the siblings."""

from __future__ import annotations

import lzma
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

# The smallest dictionary that LZMA takes.
_MIN_DICTIONARY = 4096


def new_share(text: bytes, siblings: Sequence[bytes]) -> float:
    """(C(siblings + text) - C(siblings)) / C(text), between 0 and 1; siblings oldest first.

    C is the length under LZMA at level 9, without the container: its header would make small files
    look more predictable than they are.
    """
    before = b"".join(siblings)
    alone = _length(text)
    if not alone:
        return 0.0
    return min(1.0, max(0.0, (_length(before + text) - _length(before)) / alone))


def _length(data: bytes) -> int:
    # Level 9 asks for a dictionary of 64 MiB; one that holds all of the data finds the same.
    size = max(_MIN_DICTIONARY, len(data))
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 9, "dict_size": size}]
    return len(lzma.compress(data, lzma.FORMAT_RAW, filters=filters)) if data else 0
