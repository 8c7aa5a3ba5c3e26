"""What two processes of ours tell each other."""

from __future__ import annotations

import io
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from pattern_ci import bounded, peers
from pattern_ci.peers import Peer, Pipes


def test_what_cannot_be_sent_is_told_in_other_words() -> None:
    """Whoever waits for an answer gets one; without other words it is an error here."""
    sink = io.BytesIO()
    pipes = Pipes(io.BytesIO(), sink, threading.Lock())

    pipes.send(threading.Lock(), lambda error: f"not sent: {type(error).__name__}")

    back = Pipes(io.BytesIO(sink.getvalue()), io.BytesIO(), threading.Lock())
    assert back.receive() == "not sent: TypeError"
    with pytest.raises(TypeError):
        pipes.send(threading.Lock())


def test_the_end_is_not_taken_for_a_message() -> None:
    """Also in the middle of one."""
    sink = io.BytesIO()
    Pipes(io.BytesIO(), sink, threading.Lock()).send("whole")

    for data in (b"", sink.getvalue()[:-1]):
        with pytest.raises(EOFError):
            Pipes(io.BytesIO(data), io.BytesIO(), threading.Lock()).receive()


def test_a_message_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """By whoever would send it, and by whoever is told of its length."""
    sink = io.BytesIO()
    Pipes(io.BytesIO(), sink, threading.Lock()).send("x" * 1000)
    monkeypatch.setattr(peers, "MOST_BYTES", 999)
    pipes = Pipes(io.BytesIO(sink.getvalue()), io.BytesIO(), threading.Lock())

    with pytest.raises(ValueError, match="is longer than 999"):
        pipes.receive()
    with pytest.raises(ValueError, match="is longer than 999"):
        pipes.send("x" * 1000)
    pipes.send("x" * 1000, lambda error: type(error).__name__)


def test_one_that_starts_among_programs_that_were_ended_is_ended() -> None:
    """A run may be given up while it starts."""
    group = bounded.Group()
    group.end()

    with ThreadPoolExecutor(1, initializer=group.adopt) as pool:
        late = pool.submit(Peer, "pattern_ci.executors.host").result()

    with pytest.raises(EOFError):
        late.receive(10)
    late.end()
