"""What a room knows of its announcement, and says to the game that started it: by the answers of a directory."""

import time

import pytest

from petard.server.discovery.directory_client import DirectoryClient
from petard.shared.control_channel import ListingState
from tests.game.net.fake_http import answer, fake_http

PATIENCE = 30.0  # seconds


@pytest.mark.parametrize(
    ("reply", "listing"),
    [
        (answer(b'{"listed": true, "address": "127.0.0.1", "port": 7777}'), ListingState.LISTED),
        (answer(b'{"listed": false}'), ListingState.NOT_LISTED),
        (answer(b'{"error": "this address may not be listed"}', "403 Forbidden"), ListingState.NOT_LISTED),
        (answer(b"{}", "503 Service Unavailable"), ListingState.NO_DIRECTORY),
        (b"SSH-2.0-OpenSSH\r\n", ListingState.NO_DIRECTORY),
    ],
)
def test_the_answer_of_the_directory_says_whether_players_find_the_room(reply: bytes, listing: ListingState) -> None:
    with fake_http(lambda lines: [reply]) as server:
        client = DirectoryClient(f"http://127.0.0.1:{server.port}", "1" * 16, "2" * 32)
        assert client.listing is None
        client.body = b"{}"
        client.thread.start()
        ends_at = time.monotonic() + PATIENCE
        while client.listing is None and time.monotonic() < ends_at:
            client.thread.join(0.01)
        client.close()
        assert client.listing is listing
