"""Whether a word was made by chance: no word of a language, no path, no digest.

Two measures, added: how many neighbouring letters are no neighbours in English words, and how
often small letters, capitals and digits take turns. Digests are hexadecimal and survive by their
alphabet; numbers have no letters to judge.
"""

from __future__ import annotations

import re

SHORTEST = 20
TOKEN = re.compile(rf"[A-Za-z0-9+/=_~.-]{{{SHORTEST},}}")
_SPLIT = re.compile(r"[/._~=+-]+")
_HEX = re.compile(r"(?:0x)?[0-9a-f]+|[0-9A-F]+")
# The 200 commonest pairs of letters in English text: nine tenths of what stands in identifiers, and
# 30% of what chance gives.
_COMMON = """
th he in er an re on at en nd ti es or te of ed is it al ar st to nt ng se ha as ou io le ve co
me de hi ri ro ic ne ea ra ce li ch ll be ma si om ur ca el ta la ns di fo ho pe ec pr no ct us
ac ot il tr ly nc et ut ss so rs un lo wa ge ie wh ee wi em ad ol rt po we na ul ni ts mo ow pa
im mi ai sh ir su id os iv ia am fi ci vi pl ig tu ev ld ry mp fe bl ab gh ty op wo sa ay ex ke
fr oo av ag if ap gr od bo sp rd do uc bu ei ov by rm ep tt oc fa ef cu rn sc gi da yo cr cl du
ga qu ue ff ba ey ls va um pp ua up lu go ht ru ug ds lt pi rc rr eg au ck ew mu br bi pt ak pu
ui rg ib tl ny ki rk ys
"""
_PAIRS = frozenset(_COMMON.split())
_LIKELY = 0.5
# Short pieces between signs are judged together as well; a path must not look odd for its joints.
_LIKELY_TOGETHER = 0.8


def looks_random(token: str) -> bool:
    """Whether a token of letters, digits and the signs of base 64 is no name of anything."""
    pieces = [piece for piece in _SPLIT.split(token) if piece and not _HEX.fullmatch(piece)]
    if any(len(piece) >= 12 and oddness(piece) > _LIKELY for piece in pieces):
        return True
    together = "".join(pieces)
    return len(together) >= SHORTEST and oddness(together) > _LIKELY_TOGETHER


def oddness(piece: str) -> float:
    """Share of pairs of letters that words do not have, plus share of changes of kind, 0..2.

    A capital before small letters begins a word and is no change.
    """
    pairs = changes = known = 0
    before = ""
    for sign in piece:
        kind = "1" if sign.isdigit() else "a" if sign.islower() else "A"
        if before:
            old = before[1]
            changes += kind != old and (old, kind) != ("A", "a")
            if kind != "1" and old != "1":
                pairs += 1
                known += (before[0] + sign).lower() in _PAIRS
        before = sign + kind
    return (1 - known / pairs if pairs else 1) + changes / max(1, len(piece) - 1)
