"""Votes in chat: who may ask what, what everybody reads, and what is carried out."""

import pytest

from petard.shared.protocol.messages import Phase, Ready
from tests.server.admin.admin_server import AdminServer, CountedCalls, last_word, lines_of


def test_a_vote_chooses_a_map(admin: AdminServer) -> None:
    ada, grace, linus = (admin.loopback.member(name) for name in ("Ada", "Grace", "Linus"))
    asked = "Grace asks: small as the next map? /yes or /no (2 needed)"
    assert admin.chat(grace, "/vote map small") == [asked]
    assert lines_of(linus)[-1] == asked
    assert admin.chat(ada, "/no") == ["You said no (1 yes, 1 no, 2 needed)"]
    assert admin.loopback.room.matches.choice.current.map == "classic"
    lines = admin.chat(linus, "/vote yes")
    assert lines == ["You said yes (2 yes, 1 no, 2 needed)", "Small as the next map: carried (2 yes, 1 no, 2 needed)."]
    assert admin.loopback.room.matches.choice.current.map == "small"
    assert admin.chat(ada, "/yes") == ["There is no vote now; /vote map, /vote restart and /vote kick start one."]


def test_a_vote_ends_a_match(admin: AdminServer) -> None:
    ada, grace = admin.loopback.member("Ada"), admin.loopback.member("Grace")
    assert admin.chat(grace, "/vote restart") == ["No match is on."]
    for guest in (ada, grace):
        guest.send(Ready(True))
    admin.loopback.until(lambda: admin.loopback.room.phase is not Phase.LOBBY)
    admin.chat(grace, "/vote restart")
    admin.chat(ada, "/yes")
    assert admin.loopback.room.phase is Phase.LOBBY


def test_a_vote_removes_a_player_but_never_the_host(admin: AdminServer) -> None:
    ada, grace, linus = (admin.loopback.member(name) for name in ("Ada", "Grace", "Linus"))
    assert admin.chat(grace, "/vote kick Ada") == ["Nobody votes on the host."]
    admin.chat(ada, "/vote kick Linus")
    admin.chat(linus, "/no")
    assert admin.loopback.room.people == 3
    admin.chat(grace, "/yes")
    assert last_word(linus) == "You were put out of this room: by vote."
    assert admin.loopback.room.people == 2


def test_a_vote_fails_in_time_and_ends_when_its_target_leaves(admin: AdminServer) -> None:
    ada, grace, linus = (admin.loopback.member(name) for name in ("Ada", "Grace", "Linus"))
    admin.chat(grace, "/vote map small")
    admin.wait(31)
    lines = [line for line in lines_of(ada) if "mall as" in line]
    assert lines == [
        "Grace asks: small as the next map? /yes or /no (2 needed)",
        "Still open: small as the next map? /yes or /no (1 yes, 0 no, 2 needed)",
        "Small as the next map: not carried (1 yes, 0 no, 2 needed).",
    ]
    assert admin.loopback.room.matches.choice.current.map == "classic"
    assert admin.chat(ada, "/vote map small") == ["Wait 15 seconds before the next vote."]
    admin.wait(16)
    admin.chat(ada, '/vote kick "Linus"')
    linus.reset()
    admin.loopback.until(lambda: admin.loopback.room.people == 2)
    admin.settle()
    admin.console("kick Linus")
    admin.wait(1)
    assert "Put Linus out: no longer to be decided (1 yes, 0 no, 2 needed)." in lines_of(ada)


def test_votes_can_be_switched_off_while_one_is_open(admin: AdminServer) -> None:
    ada, grace = admin.loopback.member("Ada"), admin.loopback.member("Grace")
    admin.chat(grace, "/vote map small")
    admin.console("set votes off")
    assert lines_of(ada)[-1] == "There is no vote any more: the server does not allow them."
    assert admin.chat(ada, "/vote map small") == ["This server does not allow votes."]


def test_games_opened_after_the_start_of_a_vote_have_no_vote(admin: AdminServer) -> None:
    for name in ("Ada", "Victim"):
        admin.loopback.member(name)
    mallory = admin.loopback.member("Mallory")
    admin.chat(mallory, "/vote kick Victim")
    for name in ("More", "Games", "Ofhers"):
        answer = admin.chat(admin.loopback.member(name), "/yes")
        assert answer[-1] == "This vote started before you joined; you can vote in the next one."
    assert admin.loopback.room.people == 6


def test_a_muted_member_cannot_start_a_vote_and_joining_again_does_not_shorten_the_pause(admin: AdminServer) -> None:
    ada, grace = admin.loopback.member("Ada"), admin.loopback.member("Grace")
    first, second = admin.loopback.room.seats.members.values()
    first.chat_limit.muted_until = second.chat_limit.muted_until = admin.loopback.now + 20
    assert admin.chat(grace, "/vote map small") == ["You are muted for another 20 s."]
    assert admin.chat(ada, "/say map small") == ["You are muted for another 20 s."]
    admin.wait(21)
    second.address_group = "10.0.0.7"
    admin.chat(grace, "/vote map small")
    admin.chat(ada, "/no")
    grace.reset()
    admin.loopback.until(lambda: admin.loopback.room.people == 1)
    again = admin.loopback.member("Someone")
    list(admin.loopback.room.seats.members.values())[-1].address_group = "10.0.0.7"
    admin.wait(16)
    assert admin.chat(again, "/vote map small") == ["Wait 45 seconds before the next vote."]


def test_an_open_vote_looks_up_the_members_four_times_a_second(
    admin: AdminServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin.loopback.member("Ada")
    admin.chat(admin.loopback.member("Grace"), "/vote map small")
    lookups = CountedCalls(admin.loopback.room.persons)
    monkeypatch.setattr(admin.loopback.room, "persons", lookups)
    for tick in range(60):
        admin.update(admin.loopback.now + tick / 60)
    assert 3 <= lookups.times <= 5


def test_a_vote_that_cannot_be_started_says_why(admin: AdminServer) -> None:
    ada = admin.loopback.member("Ada")
    assert admin.chat(ada, "/vote map small") == ["A vote takes 2 people at least."]
    assert admin.chat(ada, "/vote map nowhere")[0].startswith("There is no map 'nowhere'")
    assert admin.chat(ada, "/vote dinner") == ["Vote map NAME, vote restart or vote kick WHO, not 'dinner'."]
    assert admin.chat(ada, "/vote") == ["Usage: vote map|restart|kick [WHAT]."]
