"""One server for all tests that leave it as it was but for accounts and assignments of their own; others start theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.hospital import stage as stages
from tests.hospital.server_process import Server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[stages.Stage]:
    with stages.standing(tmp_path_factory.mktemp("hospital")) as made:
        yield made


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Server]:
    """A server of the test's own, made and not started."""
    server = Server(tmp_path / "own")
    server.make()
    yield server
    server.stop()
