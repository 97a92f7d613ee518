"""For tests an end of the page is noticed sooner: each of them opens one, and closes it."""

import pytest

from petard.server.http import server


@pytest.fixture(autouse=True)
def _prompt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "POLL", 0.02)
