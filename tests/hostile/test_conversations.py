"""A hostile server against the real client: it plays on, or ends with one sentence; and no picture costs too much.

Each seed is one conversation (hostile_server.py); `python -m tests.hostile --seed N` plays it again alone.
"""

import pytest

from tests.hostile.__main__ import PICTURES, main
from tests.hostile.conversations import Conversations


def test_no_conversation_trips_the_session_its_prediction_its_view_or_its_bot() -> None:
    bears_all("session", range(45))


@pytest.mark.long
@pytest.mark.parametrize("block", range(100))
def test_ten_thousand_conversations_do_not_either(block: int) -> None:
    bears_all("session", range(1000 + block * 100, 1100 + block * 100))


@pytest.mark.slow
def test_the_whole_game_plays_on_or_ends_with_a_sentence_on_the_screen() -> None:
    bears_all("game", range(20, 23))


@pytest.mark.long
@pytest.mark.parametrize("block", range(10))
def test_the_whole_game_does_so_in_hundreds_of_conversations(block: int) -> None:
    bears_all("game", range(100 + block * 50, 150 + block * 50))


def bears_all(client: str, seeds: range) -> None:
    """Play these conversations; none is a finding, some get deep, and some end with a sentence."""
    played = Conversations(client, PICTURES).play(seeds)
    assert not played.findings, "\n".join(played.findings.values())
    shown = sum(one.shown for one in played.ended.values())
    assert shown > 15 * len(seeds), "most conversations do not reach a round"
    assert 0 < sum(bool(one.sentence) for one in played.ended.values()) < len(seeds)


def test_a_finding_names_the_command_that_plays_it_again_and_the_others_are_played(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("petard.game.client.session.check_round", None)  # the client calls what is no function
    assert main(["--seeds", "6", "--pictures", "9"]) == 1
    printed = capsys.readouterr().out
    assert (
        "TypeError: 'NoneType' object is not callable\nagain: python -m tests.hostile --client session --pic" in printed
    )
    assert '"conversations": 6' in printed


@pytest.mark.parametrize("client", ["session", pytest.param("game", marks=pytest.mark.long)])
def test_a_seed_alone_is_the_conversation_that_it_was_among_others(client: str) -> None:
    def of(seed: int, *others: int) -> tuple[str, int, int]:
        conversation = Conversations(client, 15).play([*others, seed]).ended[seed]
        return conversation[:3]

    assert of(5, 3, 4) == of(5)
