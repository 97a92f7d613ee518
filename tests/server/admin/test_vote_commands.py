"""Votes in chat: who may ask what, what everybody is told, and what is done."""

import pytest

from petard.shared.protocol.messages import Phase, Ready
from tests.server.admin.reception import Counted, Reception, last_word, lines_of


def test_a_map_is_voted_for(reception: Reception) -> None:
    ada, grace, linus = (reception.house.member(name) for name in ("Ada", "Grace", "Linus"))
    asked = "Grace asks: small as the next map? /yes or /no (2 needed)"
    assert reception.chat(grace, "/vote map small") == [asked]
    assert lines_of(linus)[-1] == asked
    assert reception.chat(ada, "/no") == ["You said no (1 yes, 1 no, 2 needed)"]
    assert reception.house.room.setup.map == "classic"
    told = reception.chat(linus, "/vote yes")
    assert told == ["You said yes (2 yes, 1 no, 2 needed)", "Small as the next map: carried (2 yes, 1 no, 2 needed)."]
    assert reception.house.room.setup.map == "small"
    assert reception.chat(ada, "/yes") == ["There is no vote now; /vote map, /vote restart and /vote kick begin one."]


def test_a_vote_ends_a_match(reception: Reception) -> None:
    ada, grace = reception.house.member("Ada"), reception.house.member("Grace")
    assert reception.chat(grace, "/vote restart") == ["No match is on."]
    for guest in (ada, grace):
        guest.say(Ready(True))
    reception.house.until(lambda: reception.house.room.phase is not Phase.LOBBY)
    reception.chat(grace, "/vote restart")
    reception.chat(ada, "/yes")
    assert reception.house.room.phase is Phase.LOBBY


def test_a_vote_puts_somebody_out_but_never_the_host(reception: Reception) -> None:
    ada, grace, linus = (reception.house.member(name) for name in ("Ada", "Grace", "Linus"))
    assert reception.chat(grace, "/vote kick Ada") == ["Nobody votes on the host."]
    reception.chat(ada, "/vote kick Linus")
    reception.chat(linus, "/no")
    assert reception.house.room.people == 3
    reception.chat(grace, "/yes")
    assert last_word(linus) == "You were put out of this room: by vote."
    assert reception.house.room.people == 2


def test_a_vote_that_is_not_carried_in_time_says_so_and_who_leaves_ends_one_on_them(reception: Reception) -> None:
    ada, grace, linus = (reception.house.member(name) for name in ("Ada", "Grace", "Linus"))
    reception.chat(grace, "/vote map small")
    reception.wait(31)
    told = [line for line in lines_of(ada) if "mall as" in line]
    assert told == [
        "Grace asks: small as the next map? /yes or /no (2 needed)",
        "Still open: small as the next map? /yes or /no (1 yes, 0 no, 2 needed)",
        "Small as the next map: not carried (1 yes, 0 no, 2 needed).",
    ]
    assert reception.house.room.setup.map == "classic"
    assert reception.chat(ada, "/vote map small") == ["Wait 15 seconds before the next vote."]
    reception.wait(16)
    reception.chat(ada, '/vote kick "Linus"')
    linus.reset()
    reception.house.until(lambda: reception.house.room.people == 2)
    reception.settle()
    reception.console("kick Linus")
    reception.wait(1)
    assert "Put Linus out: no longer to be decided (1 yes, 0 no, 2 needed)." in lines_of(ada)


def test_votes_can_be_switched_off_while_one_is_open(reception: Reception) -> None:
    ada, grace = reception.house.member("Ada"), reception.house.member("Grace")
    reception.chat(grace, "/vote map small")
    reception.console("set votes off")
    assert lines_of(ada)[-1] == "There is no vote any more: the server does not allow them."
    assert reception.chat(ada, "/vote map small") == ["This server does not allow votes."]


def test_who_opens_more_games_after_the_question_decides_nothing(reception: Reception) -> None:
    for name in ("Ada", "Victim"):
        reception.house.member(name)
    mallory = reception.house.member("Mallory")
    reception.chat(mallory, "/vote kick Victim")
    for name in ("More", "Games", "Ofhers"):
        answer = reception.chat(reception.house.member(name), "/yes")
        assert answer[-1] == "This was asked while you were not here; the next vote is yours, too."
    assert reception.house.room.people == 6


def test_who_is_muted_asks_nothing_and_who_has_gone_and_come_back_waits_too(reception: Reception) -> None:
    ada, grace = reception.house.member("Ada"), reception.house.member("Grace")
    first, second = reception.house.room._seats.members.values()
    first.muted_until = second.muted_until = reception.house.now + 20
    assert reception.chat(grace, "/vote map small") == ["Nobody hears you for another 20 s."]
    assert reception.chat(ada, "/say map small") == ["Nobody hears you for another 20 s."]
    reception.wait(21)
    second.home = "10.0.0.7"
    reception.chat(grace, "/vote map small")
    reception.chat(ada, "/no")
    grace.reset()
    reception.house.until(lambda: reception.house.room.people == 1)
    again = reception.house.member("Someone")
    list(reception.house.room._seats.members.values())[-1].home = "10.0.0.7"
    reception.wait(16)
    assert reception.chat(again, "/vote map small") == ["Wait 45 seconds before the next vote."]


def test_an_open_vote_looks_at_everybody_four_times_a_second(
    reception: Reception, monkeypatch: pytest.MonkeyPatch
) -> None:
    reception.house.member("Ada")
    reception.chat(reception.house.member("Grace"), "/vote map small")
    looked_up = Counted(reception.house.room.persons)
    monkeypatch.setattr(reception.house.room, "persons", looked_up)
    for tick in range(60):
        reception.desk.turn(reception.house.now + tick / 60)
    assert 3 <= looked_up.times <= 5


def test_what_cannot_be_asked_says_what_can(reception: Reception) -> None:
    ada = reception.house.member("Ada")
    assert reception.chat(ada, "/vote map small") == ["A vote takes 2 people at least."]
    assert reception.chat(ada, "/vote map nowhere")[0].startswith("There is no map 'nowhere'")
    assert reception.chat(ada, "/vote dinner") == ["Vote map NAME, vote restart or vote kick WHO, not 'dinner'."]
    assert reception.chat(ada, "/vote") == ["It is said so: vote map|restart|kick [WHAT]."]
