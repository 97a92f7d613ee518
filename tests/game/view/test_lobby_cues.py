"""What is heard in the lobby: who comes, goes, is ready, and writes."""

from dataclasses import replace

from petard.game.view.lobby_cues import LobbyCues
from petard.shared.protocol.messages import Chat, Seat, Spectator

SEATS = [Seat(slot, slot + 1, name, slot, slot, False, True, 0, 0) for slot, name in enumerate(("Ada", "Bo"))]
BOT = Seat(5, 0, "Rex", 5, 5, True, True, 0, 0)


def test_the_first_look_at_a_lobby_is_silent() -> None:
    assert LobbyCues().update(SEATS, (), [Chat(0, "Ada", "hello")]) == []


def test_a_player_or_spectator_who_joins_or_leaves_is_heard() -> None:
    cues = LobbyCues()
    cues.update(SEATS[:1], (), [])
    assert cues.update(SEATS, (), []) == ["join"]
    assert cues.update(SEATS, (Spectator(9, "Zoe"),), []) == ["join"]
    assert cues.update(SEATS, (), []) == ["leave"]
    assert cues.update(SEATS[:1], (), []) == ["leave"]
    assert cues.update(SEATS[:1], (), []) == []


def test_a_bot_is_not_heard() -> None:
    cues = LobbyCues()
    cues.update(SEATS, (), [])
    assert cues.update([*SEATS, BOT], (), []) == []


def test_a_player_who_gets_ready_is_heard_and_one_who_is_so_no_longer_is_not() -> None:
    cues, ready = LobbyCues(), [replace(SEATS[0], ready=True), *SEATS[1:]]
    cues.update(SEATS, (), [])
    assert cues.update(ready, (), []) == ["ready"]
    assert cues.update(SEATS, (), []) == []


def test_a_line_of_a_person_is_heard_once_also_if_it_repeats_the_last_one() -> None:
    cues, line, again = LobbyCues(), Chat(1, "Ada", "hello"), Chat(1, "Ada", "hello")
    cues.update(SEATS, (), [])
    assert cues.update(SEATS, (), [line]) == ["chat"]
    assert cues.update(SEATS, (), [line]) == []
    assert cues.update(SEATS, (), [line, again]) == ["chat"]
    assert cues.update(SEATS, (), [line, again, Chat(-1, "", "Bo joined.")]) == [], "the room has a sound for that"
