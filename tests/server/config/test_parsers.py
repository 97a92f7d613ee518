"""Parsers: the endpoint of a service."""

import pytest

from petard.server.config.parsers import Endpoint


@pytest.mark.parametrize(
    ("host", "is_loopback"),
    [("127.0.0.1", True), ("127.9.9.9", True), ("127.evil.test", False), ("127.1", False), ("localhost.test", False)],
)
def test_a_name_that_begins_like_loopback_is_not_loopback(host: str, is_loopback: bool) -> None:
    assert Endpoint(host, 1).is_loopback is is_loopback
