"""In these tests the HTTP servers notice their end sooner, since each test starts and stops one."""

import pytest

from petard.server.http import server


@pytest.fixture(autouse=True)
def _prompt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "POLL", 0.02)
