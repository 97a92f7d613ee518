"""A reception for each test that asks for one, closed after it."""

from collections.abc import Iterator

import pytest

from tests.server.desk.reception import Reception


@pytest.fixture
def reception() -> Iterator[Reception]:
    """A house with a desk, on 127.0.0.1."""
    reception = Reception()
    yield reception
    reception.close()
