"""A reception for each test that asks for one, closed after it."""

from collections.abc import Iterator

import pytest

from petard.server.admin import dispatcher
from petard.shared.protocol.names import CHAT_MOST
from tests.server.admin.reception import Reception


@pytest.fixture(autouse=True)
def _wide_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers in chat are not cut into lines, which are short."""
    monkeypatch.setattr(dispatcher, "ASIDE_WIDE", CHAT_MOST)


@pytest.fixture
def reception() -> Iterator[Reception]:
    """A house with a desk, on 127.0.0.1."""
    reception = Reception()
    yield reception
    reception.close()
