"""What is the same error in other words is the same signature; what is not, is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pattern_ci.diagnosis.classifier import ErrorClassifier
from pattern_ci.diagnosis.masks import VALUE, mask

NAMES = st.from_regex(r"[a-z]{1,8}(_[a-z]{1,8}){0,2}", fullmatch=True)
NUMBERS = st.integers(0, 10**6)


@pytest.mark.parametrize(
    ("value", "other"),
    [
        ("12", "7.5"),
        ("0xc8", "0x81"),
        ("deadbeef1", "fb248b8"),
        ("123e4567-e89b-12d3-a456-426614174000", "00000000-0000-4000-8000-000000000000"),
        ("/repo/a/b.txt", "src/c.py"),
        ("https://a.example/x?y=1", "http://b.example"),
        ("'a b'", '"c"'),
        ("3.0s", "120ms"),
        ("2024-05-05T10:00:00Z", "2023-01-01 09:00:00,123"),
        ("10.0.0.1", "192.168.1.254:8080"),
        ("1.2.3", "v2.0.0rc1"),
        ("[1, 2]", "{'a': 1}"),
        ("some_name", "otherName"),
        ("pkg.module.name", "crate::name"),
    ],
)
def test_values_are_masked(value: str, other: str) -> None:
    """Numbers, hex, UUIDs, paths, addresses, quotes, times, versions, names: all one mark."""
    assert mask(f"cannot read {value} here") == mask(f"cannot read {other} here")
    assert mask(f"cannot read {value} here") == f"cannot read {VALUE} here"


@pytest.mark.parametrize("text", ["the file is gone", "invalid syntax", "can't go on", "built-in"])
def test_words_stay(text: str) -> None:
    """A message without values is its own template."""
    assert mask(text) == text


@given(NAMES, NUMBERS, NAMES, NUMBERS)
def test_a_signature_is_stable(name: str, number: int, other: str, count: int) -> None:
    """Renamed paths and other numbers change the place, never the signature."""

    def made(path: str, value: int) -> str:
        log = f"src/{path}/x.py:{value + 1}: error: cannot open 'data/{path}.csv' in {value} s"
        return ErrorClassifier().classify(log, tool="frob")[0].signature

    assert made(name, number) == made(other, count)


@given(st.text(max_size=300))
def test_any_text_is_masked_into_one_line(text: str) -> None:
    """Whatever comes, and twice the same."""
    masked = mask(text)

    assert "\n" not in masked
    assert masked == mask(text)
