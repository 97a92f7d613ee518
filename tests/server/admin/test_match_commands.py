"""Commands about the room and its matches; votes: who may ask what, what everybody reads, what is carried out."""

from ipaddress import ip_network

import pytest

from petard.server.config.schema import read_maps
from petard.shared.protocol.messages import Phase, Ready
from tests.server.admin.admin_server import AdminServer, CountedCalls, last_word, lines_of
from tests.server.loopback import RawClient


def start(admin: AdminServer, *guests: RawClient) -> None:
    """Start a match."""
    for guest in guests:
        guest.send(Ready(True))
    admin.loopback.until(lambda: admin.loopback.room.phase is not Phase.LOBBY)


def test_status_shows_the_room(admin: AdminServer) -> None:
    admin.loopback.member("Ada")
    admin.loopback.member("Grace").reset()
    admin.loopback.until(lambda: admin.loopback.room.people == 1)
    assert admin.console("status") == [
        "room: Test, in the lobby",
        "match: classic, duel, best of 3",
        "people: 1 here, 1 away, 0 watching; 8 places",
        "host: Ada",
        "recording: no",
    ]


def test_only_the_console_sees_addresses() -> None:
    admin = AdminServer(bots=1)
    ada = admin.loopback.member("Ada")
    admin.loopback.member("Grace").reset()
    admin.loopback.until(lambda: admin.loopback.room.people == 1)
    bot = next(seat for seat in admin.loopback.room.status().seats if seat.is_bot)
    rows = [row.split() for row in admin.console("players")]
    assert rows[0][:3] == ["0", "Ada", "0"]
    assert rows[0][-2:] == ["127.0.0.1", "host"]
    assert next(row for row in rows if row[1] == "Grace")[-1] == "away"
    assert next(row for row in rows if row[1] == bot.name)[-1] == "bot"
    (line,) = admin.chat(ada, "/players")
    assert "0 Ada (host)" in line
    assert f"{bot.name} (bot)" in line
    assert "(away)" in line
    assert "127" not in line
    admin.close()


def test_say_reaches_everybody_with_the_name_of_the_issuer(admin: AdminServer) -> None:
    ada, grace = admin.loopback.member("Ada"), admin.loopback.member("Grace")
    admin.console("say Pizza\x1b in ten minutes")
    assert lines_of(grace)[-1] == "Pizza in ten minutes"
    admin.chat(ada, "/say no cheating")
    assert lines_of(grace)[-1] == "Ada (host): no cheating"
    assert admin.console("say \u202e") == ["error: nothing of that can be shown"]


def test_a_map_is_chosen_at_once_in_the_lobby_and_for_the_next_match_in_one(admin: AdminServer) -> None:
    ada, grace = admin.loopback.member("Ada"), admin.loopback.member("Grace")
    assert admin.console("map small") == ["map = small"]
    assert admin.loopback.room.matches.choice.current.map == "small"
    start(admin, ada, grace)
    assert admin.console("map large") == ["map = large, from the next match on"]
    assert admin.console("mode last-one-standing") == [
        f"{key} = last-one-standing, from the next match on" for key in ("rules", "mode")
    ]
    assert admin.loopback.room.matches.choice.current.map == "small"
    assert "next match: large, last-one-standing" in admin.console("status")
    assert admin.console("restart") == []
    assert "The server has ended the match." in lines_of(grace)
    setup = admin.loopback.room.matches.choice.current
    assert (setup.map, setup.rules) == ("large", "last-one-standing")
    assert admin.console("restart") == ["error: no match is on"]


def test_similar_names_are_suggested(admin: AdminServer) -> None:
    assert admin.console("map") == [f"map = classic; one of {', '.join(read_maps())}"]
    assert admin.console("map clasic")[0].endswith("; did you mean classic?")
    assert admin.console("mode duell")[0].endswith("; did you mean duel?")
    assert admin.console("set rouns 3") == ["error: 'rouns' cannot be set here; did you mean rounds?"]
    assert admin.console("set rounds ten") == ["error: rounds: the number of rounds is a number from 1 to 9, not 'ten'"]


def test_settings_change_at_once_by_the_same_words_as_in_the_file(admin: AdminServer) -> None:
    admin.loopback.member("Ada")
    for line in ("set bots 3", "set skill hard", "set away statue", "set rounds 5"):
        assert admin.console(line) == [line.removeprefix("set ").replace(" ", " = ")]
    setup = admin.loopback.room.matches.choice.current
    assert (setup.bots, setup.skill, setup.away, setup.rounds) == (3, 3, 1, 5)
    shown = admin.console("set")
    assert {"bots = 3", "skill = hard", "away = statue", "rounds = 5", "votes = on", "drain = 120"} <= set(shown)
    assert admin.console("set drain 5") == ["drain = 5"]
    assert admin.reload.config.drain == 5


def test_no_secret_is_shown_or_set(admin: AdminServer) -> None:
    assert not [line for line in admin.console("set") if "password" in line]
    for key in ("password", "console-password", "port"):
        assert "cannot be set here" in admin.console(f"set {key} x")[0]


def test_the_host_sets_only_what_the_lobby_shows(admin: AdminServer) -> None:
    ada, grace = admin.loopback.member("Ada"), admin.loopback.member("Grace")
    assert "Bots = 2" in admin.chat(ada, "/set bots 2")
    assert admin.chat(ada, "/set name Mine") == [
        "'name' cannot be set here; there are map, rules, mode, sides, friendly-fire, items, map-vote, rounds, bots, "
        "skill, away."
    ]
    assert admin.chat(grace, "/set bots 0") == ["Set is not for you to say."]
    assert admin.loopback.room.matches.choice.current.bots == 2


def test_recording_is_switched_on_and_off(admin: AdminServer) -> None:
    assert admin.console("record on") == [
        "error: the server was started with `record off`, so there is no folder to record into"
    ]
    assert admin.console("record") == ["error: usage: record on|off|pin"]
    assert admin.console("record maybe") == ["error: record on, off or pin, not 'maybe'"]
    assert admin.console("save") == ["error: there is no recording to be kept"]
    recorder = admin.loopback.room.recorder
    recorder.is_on = True
    start(admin, admin.loopback.member("Ada"), admin.loopback.member("Grace"))
    assert recorder.running
    assert admin.console("save") == ["the recording is written and pinned"]
    assert [chunk.pins for chunk in admin.loopback.room.take_demo_chunks()][:1] == [True]
    assert admin.console("record off") == ["nothing is recorded"]
    assert not recorder.running
    assert [chunk.is_last for chunk in admin.loopback.room.take_demo_chunks()] == [True]


def test_a_vote_chooses_a_map(admin: AdminServer) -> None:
    ada, grace, linus = admin.players("Ada", "Grace", "Linus")
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
    ada, grace = admin.players("Ada", "Grace")
    assert admin.chat(grace, "/vote restart") == ["No match is on."]
    for guest in (ada, grace):
        guest.send(Ready(True))
    admin.loopback.until(lambda: admin.loopback.room.phase is not Phase.LOBBY)
    admin.chat(grace, "/vote restart")
    admin.chat(ada, "/yes")
    assert admin.loopback.room.phase is Phase.LOBBY


def test_a_vote_removes_a_player_but_never_the_host(admin: AdminServer) -> None:
    ada, grace, linus = admin.players("Ada", "Grace", "Linus")
    assert admin.chat(grace, "/vote kick Ada") == ["Nobody votes on the host."]
    admin.chat(ada, "/vote kick Linus")
    admin.chat(linus, "/no")
    assert admin.loopback.room.people == 3
    admin.chat(grace, "/yes")
    assert last_word(linus) == "You were put out of this room: by vote."
    assert admin.loopback.room.people == 2


def test_a_vote_fails_in_time_and_ends_when_its_target_leaves(admin: AdminServer) -> None:
    ada, grace, linus = admin.players("Ada", "Grace", "Linus")
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
    ada, grace = admin.players("Ada", "Grace")
    admin.chat(grace, "/vote map small")
    admin.console("set votes off")
    assert lines_of(ada)[-1] == "There is no vote any more: the server does not allow them."
    assert admin.chat(ada, "/vote map small") == ["This server does not allow votes."]


def test_games_opened_after_the_start_of_a_vote_have_no_vote(admin: AdminServer) -> None:
    first = admin.players("Ada", "Victim", "Mallory")
    admin.chat(first[-1], "/vote kick Victim")
    more = [admin.loopback.member(name) for name in ("More", "Games", "Ofhers")]
    for guest in more:
        assert admin.chat(guest, "/yes")[-1] == "You have a vote once you have played a round."
    admin.play(*first, *more)
    for guest in more:
        answer = admin.chat(guest, "/yes")
        assert answer[-1] == "This vote started before you joined; you can vote in the next one."
    assert admin.loopback.room.people == 6


def test_a_vote_is_for_players_who_have_played_a_round_as_long_as_they_stay(admin: AdminServer) -> None:
    ada, grace = admin.loopback.member("Ada"), admin.loopback.member("Grace")
    assert admin.chat(grace, "/vote kick Ada") == ["Nobody votes on the host."]
    assert admin.chat(grace, "/vote map small") == ["You have a vote once you have played a round."]
    start(admin, ada, grace)
    watcher = admin.loopback.member("Linus")
    assert admin.chat(watcher, "/vote restart") == ["You have a vote once you have played a round."]
    assert admin.chat(grace, "/vote restart") == ["Grace asks: end this match? /yes or /no (2 needed)"]
    admin.chat(ada, "/yes")
    assert admin.loopback.room.phase is Phase.LOBBY
    admin.wait(16)
    assert admin.chat(ada, "/vote map small") == ["Ada asks: small as the next map? /yes or /no (2 needed)"]


def test_four_players_from_one_address_have_one_vote_together(admin: AdminServer) -> None:
    loopback = admin.loopback
    members = []
    for name, address in {"Ada": "10.0.0.1", "New": "10.0.0.2", "M1": "10.0.0.9"}.items():
        loopback.listeners.address = address
        members.append(loopback.member(name))
    members += [loopback.member(name) for name in ("M2", "M3", "M4")]
    admin.play(*members)
    _, new, *mob = members
    question = "M1 asks: put New out? /yes or /no (2 needed)"
    assert admin.chat(mob[0], "/vote kick New") == [question]
    for one in mob[1:]:
        assert admin.chat(one, "/yes")[-1] == "You said yes (1 yes, 0 no, 2 needed)"
    assert admin.chat(mob[1], "/no")[-1] == "You said no (0 yes, 1 no, 2 needed)", "the last word of an address counts"
    assert admin.chat(new, "/no")[-1].startswith("Put New out: not carried")
    assert loopback.room.people == 6


def test_players_of_an_address_that_is_not_counted_have_a_vote_each(admin: AdminServer) -> None:
    admin.loopback.server.connections.uncounted = [ip_network("172.17.0.0/16")]
    admin.loopback.listeners.address = "172.17.0.1"
    ada, grace = admin.players("Ada", "Grace")
    assert admin.chat(ada, "/vote map small") == ["Ada asks: small as the next map? /yes or /no (2 needed)"]
    assert "carried" in admin.chat(grace, "/yes")[-1]


def test_a_full_room_of_one_address_has_no_vote_that_it_carries_alone(admin: AdminServer) -> None:
    admin.loopback.listeners.address = "10.0.0.9"
    ada, _ = admin.players("Ada", "Grace")
    answer = "A vote takes 2 players at least, and those from one address count as one."
    assert admin.chat(ada, "/vote map small") == [answer]


def test_a_muted_member_cannot_start_a_vote_and_joining_again_does_not_shorten_the_pause(admin: AdminServer) -> None:
    ada, grace = admin.players("Ada", "Grace")
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
    admin.play(ada, again)
    list(admin.loopback.room.seats.members.values())[-1].address_group = "10.0.0.7"
    admin.wait(16)
    assert admin.chat(again, "/vote map small") == ["Wait 44 seconds before the next vote."]


def test_an_open_vote_looks_up_the_members_four_times_a_second(
    admin: AdminServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, grace = admin.players("Ada", "Grace")
    admin.chat(grace, "/vote map small")
    lookups = CountedCalls(admin.loopback.room.persons)
    monkeypatch.setattr(admin.loopback.room, "persons", lookups)
    for tick in range(60):
        admin.update(admin.loopback.now + tick / 60)
    assert 3 <= lookups.times <= 5


def test_a_vote_that_cannot_be_started_says_why(admin: AdminServer) -> None:
    ada, grace = admin.players("Ada", "Grace")
    assert admin.chat(grace, "/vote kick Grace") == ["To leave, press Escape."]
    grace.reset()
    admin.loopback.until(lambda: admin.loopback.room.people == 1)
    answer = "A vote takes 2 players at least, and those from one address count as one."
    assert admin.chat(ada, "/vote map small") == [answer]
    assert admin.chat(ada, "/vote map nowhere")[0].startswith("There is no map 'nowhere'")
    assert admin.chat(ada, "/vote dinner") == ["Vote map NAME, vote restart or vote kick WHO, not 'dinner'."]
    assert admin.chat(ada, "/vote") == ["Usage: vote map|restart|kick [WHAT]."]
