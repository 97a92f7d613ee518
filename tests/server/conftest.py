"""A house for each test that asks for one, closed after it."""

from collections.abc import Iterator

import pytest

from tests.server.house import House


@pytest.fixture
def house() -> Iterator[House]:
    """A server on 127.0.0.1."""
    house = House()
    yield house
    house.close()


@pytest.fixture(params=["127.0.0.1", "::1"])
def either_house(request: pytest.FixtureRequest) -> Iterator[House]:
    """A server on 127.0.0.1, and once more on ::1."""
    house = House(request.param)
    yield house
    house.close()
