"""What holds for every insertion: once, in order, and no other byte is touched."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from pattern_ci import clock
from pattern_ci.model.anchor import Anchor, Key, Place, Shape
from pattern_ci.render.anchoring import Inserted, Located, Refused, insert, locate
from pattern_ci.render.excerpts import Excerpt, disagreement, excerpt, misplaced

WORD = st.text("abcAB_.*+([\\ä", min_size=1, max_size=4).filter(
    lambda word: any(map(str.isalnum, word))
)
FILL = st.sampled_from(["", "# why", "end", "}", "  deeper", "x = [", "- [not] one"])
PLACES = st.sampled_from(Place)
ANCHORS = st.builds(
    Anchor,
    place=PLACES,
    like=st.sampled_from(["- {*}", "- {*} = {*}", "{*}:", "  '{*}'", "$^(.*)[{*}"]),
    blank=st.integers(0, 1),
    separator=st.sampled_from([None, ","]),
    key=st.sampled_from(Key),
    ignore_case=st.booleans(),
)
Order = tuple[Key, bool]
ORDERS = st.tuples(st.sampled_from(Key), st.booleans())
CALM = settings(max_examples=120, deadline=None)


def filled(anchor: Anchor, *words: str) -> str:
    """A line of the anchor's shape."""
    line = anchor.like
    for word in (*words, *"zz"):
        line = line.replace("{*}", word, 1)
    return line


@st.composite
def worlds(draw: st.DrawFn) -> tuple[str, Anchor, str]:
    """A file of siblings and other lines, an anchor, and an entry."""
    anchor = draw(ANCHORS)
    siblings = st.tuples(WORD, WORD).map(lambda words: filled(anchor, *words))
    lines = draw(st.lists(st.one_of(siblings, siblings, siblings, FILL), max_size=8))
    ended = [line + draw(st.sampled_from(["", anchor.separator or ""])) for line in lines]
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    text = newline.join(ended) + draw(st.sampled_from(["", newline]))
    return text, anchor, draw(siblings)


@CALM
@given(worlds())
def test_a_second_time_changes_nothing(world: tuple[str, Anchor, str]) -> None:
    """Whatever the first time did, the text is the same after the second."""
    text, anchor, entry = world
    first = insert(text, anchor, entry)

    if isinstance(first, Inserted):
        assert insert(first.text, anchor, entry) == first._replace(changed=False)
        assert locate(text, anchor, entry) == Located(first.line, not first.changed)


@CALM
@given(worlds())
def test_no_other_byte_is_touched(world: tuple[str, Anchor, str]) -> None:
    """Without the new lines, and one separator at most, the text is the one of before."""
    text, anchor, entry = world
    done = insert(text, anchor, entry)
    if isinstance(done, Refused) or not done.changed:
        return
    newline = "\r\n" if "\r\n" in text else "\n"
    before, after = text.split(newline), done.text.split(newline)
    here = done.line - 1
    new = [line for line in after[here : here + 1] if anchor.bare(line) == anchor.bare(entry)]
    first = here - anchor.blank if "".join(after[here - anchor.blank : here]) == "" else here
    rests = [
        after[:first] + after[here + 1 :],
        after[:here] + after[here + 1 + anchor.blank :],
    ]
    if anchor.separator and here:
        above = max(here - anchor.blank, 1) - 1
        rests += [[*rest[:above], before[above], *rest[above + 1 :]] for rest in rests]

    assert len(new) == 1
    assert len(after) == len(before) + 1 + anchor.blank
    assert before in rests
    assert done.text.endswith(newline) == text.endswith(newline)


@CALM
@given(st.lists(WORD, min_size=1, max_size=8, unique=True), WORD, ORDERS)
def test_a_sorted_list_stays_sorted(words: list[str], new: str, how: Order) -> None:
    """Also when case does not count, and with what reads like a regular expression."""
    fold = how[1]
    anchor = Anchor(place=Place.SORTED, like="- {*}", key=how[0], ignore_case=fold)

    def order(line: str) -> str:
        return line.casefold() if fold else line

    lines = sorted((filled(anchor, word) for word in words), key=order)
    done = insert("\n".join(lines) + "\n", anchor, filled(anchor, new))

    assert isinstance(done, Inserted)
    assert done.text.splitlines() == sorted(done.text.splitlines(), key=order)
    assert set(done.text.splitlines()) == {*lines, filled(anchor, new)}


@CALM
@given(worlds())
def test_a_record_of_a_place_proves_it(world: tuple[str, Anchor, str]) -> None:
    """The neighbours alone lead to the same place, and so does the text that came of it."""
    text, anchor, entry = world
    made = excerpt(text, anchor, entry)
    done = insert(text, anchor, entry)

    if isinstance(made, Excerpt):
        assert isinstance(done, Inserted)
        assert made.line == done.line
        assert disagreement(anchor, entry, above=made.above, below=made.below) is None
        assert misplaced(done.text, anchor, entry) is None
    else:
        assert isinstance(done, Refused) or not done.changed


@CALM
@given(st.text("{*}ab(\\", max_size=8), st.text("ab(\\{}*", max_size=12))
def test_a_shape_gives_back_the_line(shape: str, line: str) -> None:
    """Whatever matches can be put together again from what it stands for."""
    values = Shape(shape).match(line)

    if values is not None:
        parts = shape.rstrip().split("{*}")
        again = parts[0] + "".join(map(str.__add__, values, parts[1:]))
        assert again == line.rstrip()
        assert all(values)


def test_a_file_of_many_lines_takes_no_longer_than_it_should() -> None:
    """A hundred thousand lines, long ones and a shape with many holes: linear, not worse."""
    many = "".join(f"- {number:06} = x\n" for number in range(0, 100_000, 2))
    long = "- " + "a=" * 200_000
    anchor = Anchor(place=Place.SORTED, like="- {*} = {*}")
    start = clock.monotonic()

    done = insert(many, anchor, "- 050001 = x")
    assert isinstance(done, Inserted)
    assert done.line == 25_002
    assert Shape("{*}b" * 20).match("a" * 200_000) is None
    holes = replace(anchor, like="-{*}" + "a={*}" * 50)
    assert isinstance(insert(f"{long}\n", holes, f"{long}z"), Inserted)
    assert clock.monotonic() - start < 10
