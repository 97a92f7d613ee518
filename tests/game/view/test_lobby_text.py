"""Whom the lobby waits for."""

from dataclasses import replace

from petard.game.view.lobby_text import ALONE, button_words, waiting_words
from petard.shared.protocol.messages import Seat


def seat(slot: int, name: str, ready: bool = False, bot: bool = False) -> Seat:
    return Seat(slot, 0 if bot else slot + 1, name, slot, 0, ready or bot, False, 0, 0)


ADA, BO, BOT = seat(0, "Ada"), seat(1, "Bo"), seat(2, "Fizz", bot=True)
READY_ADA, READY_BO = seat(0, "Ada", True), seat(1, "Bo", True)


def test_the_lobby_names_the_players_who_are_not_ready() -> None:
    assert waiting_words([ADA, BOT], [0]) == "Start when you like."
    assert waiting_words([ADA, READY_BO], [0]) == "Everybody waits for you."
    assert waiting_words([ADA, BO], [0]) == "Waiting for you and Bo."
    assert waiting_words([READY_ADA, BO, BOT], [0]) == "Waiting for Bo."
    assert waiting_words([READY_ADA, READY_BO], [0]) == "Here we go!"
    assert waiting_words([ADA], [0]) == ALONE


def test_nobody_waits_for_away_players() -> None:
    gone = replace(BO, away=True)
    assert waiting_words([ADA, gone], [0]) == "Start when you like."
    assert waiting_words([READY_ADA, gone], [0]) == "Here we go!"
    assert button_words([ADA, gone], [0]) == "Start"


def test_a_spectator_reads_that_they_watch() -> None:
    assert waiting_words([READY_BO], []).startswith("All seats are taken")
    assert waiting_words([BO], []).endswith("Waiting for Bo.")


def test_the_big_button_says_what_a_press_does() -> None:
    assert button_words([ADA, BOT], [0]) == "Start"
    assert button_words([ADA, BO], [0]) == "Ready!"
    assert button_words([READY_ADA, BO], [0]) == "Not yet!"
    assert button_words([BO], []) == "Watching"
