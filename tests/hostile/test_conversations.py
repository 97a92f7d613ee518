"""A hostile server against the real client: it plays on, or ends with one sentence; and no picture costs too much.

Each seed is one conversation (hostile_server.py): `PureClient(seed).run(60)` plays it again.
"""

from pathlib import Path

import pytest

from tests.hostile.hostile_server import HostileServer
from tests.hostile.pure_client import PureClient
from tests.hostile.real_client import RealClient

PICTURES = 60  # of one conversation


@pytest.mark.parametrize("block", range(2))
def test_no_conversation_trips_the_session_its_prediction_its_view_or_its_bot(block: int) -> None:
    run_pure(range(block * 50, block * 50 + 50))


@pytest.mark.long
@pytest.mark.parametrize("block", range(100))
def test_ten_thousand_conversations_do_not_either(block: int) -> None:
    run_pure(range(1000 + block * 100, 1100 + block * 100))


def run_pure(seeds: range) -> None:
    """Play these conversations; some must get deep, and some must end."""
    shown = ended = 0
    for seed in seeds:
        client = PureClient(seed)
        client.run(PICTURES)
        shown += client.shown
        ended += bool(client.session.problem)
        assert len(client.session.problem) <= 400
        assert "\n" not in client.session.problem
    assert shown > 20 * len(seeds), "most conversations do not reach a round"
    assert 0 < ended < len(seeds)


@pytest.mark.slow
def test_the_whole_game_plays_on_or_ends_with_a_sentence_on_the_screen(tmp_path: Path) -> None:
    run_real(range(6), tmp_path)


@pytest.mark.long
@pytest.mark.parametrize("block", range(10))
def test_the_whole_game_does_so_in_hundreds_of_conversations(block: int, tmp_path: Path) -> None:
    run_real(range(100 + block * 50, 150 + block * 50), tmp_path)


def run_real(seeds: range, folder: Path) -> None:
    """Play these conversations with a window; what ends is said on the screen."""
    for seed in seeds:
        client = RealClient(HostileServer(seed), folder, seed, bot=seed % 2 == 0)
        sentence = client.run(PICTURES)
        assert bool(sentence) == client.is_over, f"seed {seed}"
        assert "\n" not in sentence
