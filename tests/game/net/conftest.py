"""What the tests of the line share."""

import socket
from collections.abc import Iterator

import pytest

from tests.game.net.loopback import listening


@pytest.fixture
def server() -> Iterator[socket.socket]:
    with listening() as server:
        yield server
