"""What those who run the server learn of the room, and what they may do with it."""

from dataclasses import replace
from typing import Any

import pytest

from petard.server.room.status import (
    MatchOver,
    MemberChange,
    MemberEvent,
    RoundBegan,
    RoundWon,
    Standing,
)
from petard.shared.demo.server_actions import Kick
from petard.shared.protocol.messages import Phase, Ready, RefusalCode, Refused, Say, Setup
from tests.ends import Ends
from tests.server.loopback import HELLO, LoopbackServer

DUEL = Setup("small", "duel", 1, 0, 2)


def test_the_diary_has_who_came_who_went_and_who_won() -> None:
    ends = Ends(DUEL)
    ends.join(1)
    ends.join(2, "Grace")
    ends.disconnect(2)
    ends.back(3, 2, "Grace")
    ends.start()
    assert ends.room.events.take() == [
        MemberEvent(MemberChange.JOINED, 1, "Ada"),
        MemberEvent(MemberChange.JOINED, 2, "Grace"),
        MemberEvent(MemberChange.LOST, 2, "Grace"),
        MemberEvent(MemberChange.RETURNED, 2, "Grace"),
        RoundBegan(1, "small", "duel", (0, 1)),
    ]
    ends.leave(3)
    ends.tick_until(Phase.LOBBY)
    rows = (Standing(0, "Ada", False, 1, won=True),)
    assert ends.room.events.take() == [
        MemberEvent(MemberChange.LEFT, 2, "Grace", "left"),
        RoundWon(1, "Ada", rows),
        MatchOver("small", "duel", "Ada", rows),
    ]
    assert ends.room.events.take() == []


def test_the_status_shows_the_room_as_it_stands() -> None:
    ends = Ends(replace(DUEL, bots=1))
    lobby = ends.room.status()
    assert (lobby.phase, lobby.round, lobby.people, lobby.host, lobby.seats) == (Phase.LOBBY, 0, 0, "", ())
    ends.join(1)
    ends.start()
    ends.disconnect(1)
    status = ends.room.status()
    assert (status.name, status.phase, status.map, status.rules) == ("Test", Phase.PLAYING, "small", "duel")
    assert (status.round, status.rounds, status.people, status.host) == (1, 1, 0, "")
    assert [(seat.name, seat.is_bot, seat.is_away, seat.is_alive) for seat in status.seats] == [
        ("Ada", False, True, True),
        (status.seats[1].name, True, False, True),
    ]


def test_what_is_chosen_from_outside_during_a_match_is_for_the_next_one() -> None:
    ends = Ends(DUEL)
    ends.join(1)
    ends.join(2, "Grace")
    ends.start()
    assert ends.room.choose(replace(DUEL, map="nowhere")) is None
    assert ends.room.choose(replace(DUEL, map="classic")) is not None
    assert ends.room.matches.choice.current.map == "small"
    ends.room.end_match()
    assert (ends.room.phase, ends.room.matches.choice.current.map) == (Phase.LOBBY, "classic")


@pytest.mark.parametrize("wrong", [{"bots": 999}, {"rounds": 0}, {"skill": 7}, {"skill": 2**40}, {"away": 9}])
def test_what_could_not_be_told_to_anybody_is_not_chosen(wrong: dict[str, int]) -> None:
    ends = Ends(DUEL)
    ends.join(1)
    setup: dict[str, Any] = dict(wrong)
    assert ends.room.choose(replace(DUEL, **setup)) is None
    assert ends.room.matches.choice.current == DUEL


@pytest.mark.slow
def test_a_room_that_drains_finishes_its_round_and_lets_nobody_in() -> None:
    ends = Ends(replace(DUEL, rounds=5))
    ends.join(1)
    ends.join(2, "Grace")
    ends.start()
    ends.room.drain("The server stops soon.")
    assert not ends.room.is_drained
    ends.join(3, "Edsger")
    assert Refused(RefusalCode.CLOSING, "The server stops soon.") in ends.sent
    ends.tick_until(Phase.RESULTS)
    assert ends.room.is_drained
    ends.tick_until(Phase.LOBBY)
    assert sum(isinstance(happening, RoundBegan) for happening in ends.room.events.take()) == 1
    for session in ends.sessions.values():
        session.link.send(Ready(True))
    ends.tick(1300)  # longer than the host's patience
    assert ends.room.phase is Phase.LOBBY


def test_a_line_with_a_slash_is_kept_for_the_desk_and_told_to_nobody() -> None:
    loopback = LoopbackServer()
    ada = loopback.member()
    before = len(ada.received)
    ada.send(Say("/kick Grace"))
    loopback.until(lambda: bool(loopback.server.slash_commands))
    assert list(loopback.server.slash_commands) == [(1, "kick Grace")]
    assert "kick" not in str(ada.received[before:])
    loopback.close()


def test_who_is_put_out_is_told_why_and_so_are_the_others() -> None:
    loopback = LoopbackServer()
    ada, grace = loopback.member(), loopback.member("Grace")
    loopback.server.perform(Kick(2, "You were put out: spam.", "was put out"), loopback.now)
    loopback.until(lambda: grace.is_over)
    assert grace.received[-1].reason == "You were put out: spam."  # type: ignore[union-attr]
    assert any("Grace was put out." in str(line) for line in ada.received)
    loopback.close()


class Bouncer:
    """A gate that knows one name."""

    def refusal(self, address: str, name: str, now: float) -> str:
        return "Not tonight." if (address, name) == ("127.0.0.1", "Grace") else ""


def test_the_gate_keeps_out_whom_it_names_and_says_why() -> None:
    loopback = LoopbackServer()
    loopback.server.handshake.access_control = Bouncer().refusal
    loopback.member()
    grace = loopback.connect()
    grace.send(replace(HELLO, name="Grace"))
    loopback.until(lambda: grace.is_over)
    assert grace.received == [Refused(RefusalCode.BANNED, "Not tonight.")]
    assert loopback.room.people == 1
    loopback.close()
