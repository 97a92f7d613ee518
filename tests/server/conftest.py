"""A loopback server for each test that asks for one, closed after it."""

from collections.abc import Iterator

import pytest

from tests.server.loopback import LoopbackServer


@pytest.fixture
def loopback() -> Iterator[LoopbackServer]:
    """A server on 127.0.0.1."""
    loopback = LoopbackServer()
    yield loopback
    loopback.close()


@pytest.fixture(params=["127.0.0.1", "::1"])
def either_loopback(request: pytest.FixtureRequest) -> Iterator[LoopbackServer]:
    """A server on 127.0.0.1, and once more on ::1."""
    loopback = LoopbackServer(request.param)
    yield loopback
    loopback.close()
