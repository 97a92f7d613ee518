"""An AdminServer for each test that asks for one, closed after it."""

from collections.abc import Iterator

import pytest

from petard.server.admin import dispatcher
from petard.shared.protocol.names import CHAT_MOST
from tests.server.admin.admin_server import AdminServer


@pytest.fixture(autouse=True)
def _wide_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers in chat are not cut into short lines."""
    monkeypatch.setattr(dispatcher, "CHAT_WIDTH", CHAT_MOST)


@pytest.fixture
def admin() -> Iterator[AdminServer]:
    """A server with admin commands, on 127.0.0.1."""
    admin = AdminServer()
    yield admin
    admin.close()
