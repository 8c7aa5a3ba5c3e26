"""One emulated GitHub and one copy of the tool for all tests of this room; a caller for each."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

import pytest

from testing import emulate as emulation
from testing.fault_proxy import proxied
from tests.e2e import world as worlds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from testing.emulate import Emulate
    from testing.fault_proxy import FaultProxy
    from tests.e2e.world import World

_NUMBERS = count(1)


@pytest.fixture(scope="session")
def emulate() -> Iterator[Emulate]:
    """A running `emulate`; it failing to start fails the tests, because nothing else is real."""
    with emulation.running() as server:
        yield server


@pytest.fixture(scope="session")
def actions(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """What a runner finds when a workflow `uses` something."""
    tool = worlds.tool_source(tmp_path_factory.mktemp("tool"))
    return worlds.actions(tmp_path_factory.mktemp("actions"), tool)


@pytest.fixture
def proxy(emulate: Emulate) -> Iterator[FaultProxy]:
    """A proxy in front of GitHub that counts what is asked and written."""
    with proxied(emulate) as running:
        yield running


@pytest.fixture
def called_with(
    tmp_path: Path, emulate: Emulate, proxy: FaultProxy, actions: Mapping[str, Path]
) -> Callable[..., World]:
    """A caller whose job has these lines below `uses`."""

    def make(options: str, config: str = worlds.CONFIG) -> World:
        name = f"caller-{next(_NUMBERS)}"
        return worlds.build(
            tmp_path, emulate, name=name, proxy=proxy, actions=actions, options=options,
            config=config,
        )  # fmt: skip

    return make
