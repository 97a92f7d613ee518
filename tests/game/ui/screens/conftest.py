"""Every screen is worked in three ways."""

import pytest


@pytest.fixture(params=["keys", "mouse", "pad"])
def by(request: pytest.FixtureRequest) -> str:
    return str(request.param)
