"""A server that was killed leaves a recording and what proves a seat; another one goes on from there."""

import json
from dataclasses import replace

import pytest

from petard.server.room.match_state import AFTERGLOW
from petard.server.room.rejoin import SEAT_KEPT
from petard.server.room.resume import RETURN_MOST, CannotResume, read_rejoin_record, resume
from petard.shared.demo.records import Began
from petard.shared.demo.rerun import Rerun
from petard.shared.protocol.messages import Away, Phase, Ready, Results, Seat
from petard.shared.rules.digest import digest
from petard.shared.rules.ruleset import RULES_VERSION
from tests.server.recorded_ends import NAME, SETUP, RecordedEnds

pytestmark = pytest.mark.slow

LONG = replace(SETUP, rounds=9)


def lasting(seats: tuple[Seat, ...]) -> list[Seat]:
    """The seats, without what changes all the time."""
    return [replace(seat, ping=0, ready=False) for seat in seats]


def come_back(ends: RecordedEnds) -> None:
    """Let Ada and Grace come back to a room that goes on with their match."""
    ends.back(11, was=1)
    ends.back(12, was=2, name="Grace")


@pytest.mark.slow
def test_a_match_goes_on_in_mid_round_with_the_same_seats_and_score_and_at_most_a_second_is_lost() -> None:
    ends = RecordedEnds(LONG)
    ends.two()
    ends.play_until(Phase.RESULTS)
    ends.play_until(Phase.PLAYING)
    ends.tick(333)
    before = lasting(ends.sessions[1].room.seats)
    assert sum(seat.wins for seat in before) == 1
    killed = ends.killed()
    moments = ends.world.tick
    assert 0 <= moments - killed.world.tick <= 60
    after = ends.go_on(killed)
    come_back(after)
    after.tick(2)
    assert after.phase is Phase.PLAYING
    assert [lasting(session.room.seats) for session in after.sessions.values()] == [before, before]
    assert after.sessions[11].room.welcome is not None
    assert after.sessions[11].room.welcome.returned
    after.play_until(Phase.RESULTS)
    results = after.sessions[11].room.results
    assert results is not None
    assert results.round == 2
    assert sum(score.wins for score in results.wins) == 2


@pytest.mark.slow
@pytest.mark.parametrize("late", [0, 20, 70], ids=["the tick it is over in", "while it burns out", "a second later"])
def test_a_round_that_was_won_just_before_counts_once(late: int) -> None:
    ends = RecordedEnds(LONG)
    ends.two()
    world = ends.world
    while world.over_at < 0:
        ends.lay_bombs()
        ends.tick()
    ends.tick(late)
    ends.flush()
    assert ends.killed().world.tick == world.tick
    after = ends.go_on(ends.killed())
    come_back(after)
    after.tick(3)
    after.flush()
    again = after.go_on(after.killed())  # and this one is killed at once
    again.back(21, was=11)
    again.back(22, was=12, name="Grace")
    again.tick_until(Phase.RESULTS)
    results = again.sessions[21].room.results
    assert results is not None
    assert [score.wins for score in results.wins] == [int(score.slot == world.winner) for score in results.wins]
    again.tick_until(Phase.PLAYING)
    assert again.sessions[21].announcement
    assert again.sessions[21].announcement.number == 2


def test_a_server_that_is_killed_before_the_first_tick_of_its_match_and_again_before_the_next_goes_on() -> None:
    ends = RecordedEnds(LONG)
    ends.deaf = {1, 2}  # they never finish loading
    for session in [ends.join(1), ends.join(2, "Grace")]:
        session.link.send(Ready(True))
    ends.tick_until(Phase.LOADING)
    ends.tick()
    for _ in range(3):
        killed = ends.killed()
        assert (killed.number, killed.world.tick, len(killed.members)) == (1, 0, 2)
        ends = ends.go_on(killed)
        ends.tick(2)
    come_back(ends)
    ends.tick_until(Phase.PLAYING)


def test_a_match_with_a_member_who_only_watches_goes_on_and_the_member_watches_on() -> None:
    ends = RecordedEnds(LONG)
    ends.two()
    ends.join(3, "Eye", players=0)
    ends.play_until(Phase.PLAYING)
    ends.tick(200)
    after = ends.go_on(ends.killed())
    come_back(after)
    eye = after.join(13, "Eye", players=0, token=ends.tokens[3])
    after.tick(60)
    assert after.phase is Phase.PLAYING
    assert eye.room.welcome
    assert eye.room.welcome.returned
    assert (eye.room.my_slots, eye.problem) == ((), "")
    assert [one.name for one in eye.room.spectators] == ["Eye"]


def test_between_two_rounds_the_score_is_the_new_one_and_the_next_round_follows() -> None:
    ends = RecordedEnds(LONG)
    ends.two()
    ends.play_until(Phase.RESULTS)
    ends.tick(100)
    scored = [message for message in ends.sent if isinstance(message, Results)][-1]
    after = ends.go_on(ends.killed())
    come_back(after)
    after.tick_until(Phase.RESULTS, 300)
    results = after.sessions[11].room.results
    assert results is not None
    assert (results.round, results.wins) == (1, scored.wins)
    ends.play_until(Phase.LOADING)
    assert ends.killed().number == 2
    assert ends.killed().world.tick == 0
    assert {slot: wins for slot, wins in ends.killed().series.wins.items()} == {
        score.slot: score.wins for score in scored.wins if score.wins
    }


@pytest.mark.slow
def test_a_drawn_round_and_one_whose_winner_has_left_count_as_they_did() -> None:
    ends = RecordedEnds(replace(LONG, bots=0))
    for peer, name in enumerate(("Ada", "Grace", "Edsger"), 1):
        ends.join(peer, name)
    ends.start()
    ends.play_until(Phase.PLAYING)
    ends.leave(1)
    while ends.world.over_at < 0:
        ends.tick()
    winner = ends.world.winner
    if winner >= 0:
        ends.leave(winner + 1)
    ends.tick_until(Phase.RESULTS)
    series = ends.room.matches.match.score.series  # type: ignore[union-attr]
    ends.join(7, "Barbara")
    ends.tick_until(Phase.LOADING)
    killed = ends.killed().series
    assert (killed.counted, killed.drawn, killed.wins) == (series.counted, series.drawn, series.wins)


@pytest.mark.slow
def test_a_match_that_was_gone_on_with_twice_has_counted_each_round_once() -> None:
    ends = RecordedEnds(LONG)
    ends.two()
    ends.play_until(Phase.RESULTS)
    ends.play_until(Phase.PLAYING)
    ends.tick(100)
    once = ends.go_on(ends.killed())
    come_back(once)
    once.tick(100)
    assert once.killed().series == ends.killed().series
    again = once.go_on(once.killed())
    again.back(1, was=11)
    again.back(22, was=12, name="Grace")
    again.play_until(Phase.RESULTS)
    again.play_until(Phase.PLAYING)
    again.tick(100)
    series = again.killed().series
    assert (series.counted, series.drawn) == (2, 0)
    assert sum(series.wins.values()) == 2
    assert again.killed().number == 3


def test_who_is_lost_in_the_last_tick_of_a_round_is_seated_in_the_next_as_that_one_began() -> None:
    ends = RecordedEnds(LONG)
    ends.two()
    while ends.phase is not Phase.RESULTS:
        ends.lay_bombs()
        ends.tick()
        if 0 <= ends.world.over_at == ends.world.tick - AFTERGLOW + 2:
            ends.disconnect(1)
    ends.back(3, was=1)
    ends.play_until(Phase.LOADING)
    ends.save()
    assert sum(seat.wins for seat in ends.killed().seats) == 1


@pytest.mark.parametrize("away", list(Away))
def test_the_round_waits_for_those_who_are_about_to_come_back_but_not_for_long(away: Away) -> None:
    ends = RecordedEnds(replace(LONG, away=away))
    ends.two()
    ends.tick(400)
    after = ends.go_on(ends.killed())
    tick = ends.killed().world.tick
    after.tick(100)
    after.back(11, was=1)
    after.tick(RETURN_MOST // 2)
    assert after.phase is Phase.LOADING
    assert after.world.tick == tick
    if away is not Away.NONE:
        after.tick(RETURN_MOST // 2 + 10)
        assert after.world.tick > tick
    after.back(12, was=2, name="Grace")
    after.tick(3)
    assert after.world.tick > tick
    assert [player.died_at for player in after.world.players.values()] == [-1] * 3
    after.tick(15)  # so that each client has sent an Input: one at least every 250 ms
    played = after.sessions[12].client_round
    assert played
    assert [played.input_lead(slot) is None for slot in range(3)] == [False, True, False], "who controls which player?"


def test_who_does_not_come_back_in_time_is_gone_and_nobody_else_has_their_seat() -> None:
    ends = RecordedEnds(LONG)
    ends.two()
    ends.tick(200)
    after = ends.go_on(ends.killed())
    newcomer = after.join(5, "Grace")
    assert newcomer.room.welcome is not None
    assert not newcomer.room.welcome.returned
    assert newcomer.room.welcome.member == 3
    assert not newcomer.room.my_slots
    assert [seat.away for seat in newcomer.room.seats if seat.member] == [True, True]


def test_who_got_a_token_that_was_not_written_any_more_joins_as_a_new_member_and_the_seat_becomes_free() -> None:
    ends = RecordedEnds(replace(LONG, bots=0))
    ends.two()
    ends.tick(100)
    ends.back(3, was=1)  # and the server is killed before the digest of her new token is on the disk
    after = ends.go_on(ends.killed())
    ada = after.back(11, was=3).room
    assert ada.welcome is not None
    assert not ada.welcome.returned
    assert not ada.my_slots
    assert [seat.away for seat in ada.seats if seat.member] == [True, True]
    after.back(12, was=2, name="Grace")
    after.tick(SEAT_KEPT + 1)
    assert sum(seat.away for seat in ada.seats) == 0


def test_the_numbers_of_chat_go_on_above_all_that_anybody_may_have_seen() -> None:
    ends = RecordedEnds(LONG)
    ends.two()
    ends.sessions[1].send_chat("one")
    ends.tick(100)
    ends.sessions[1].send_chat("not written any more")
    ends.post()
    seen = [line.number for line in ends.sessions[2].chat.lines]
    after = ends.go_on(ends.killed())
    come_back(after)
    lines = after.sessions[12].chat.lines
    assert [line.text for line in lines if line.name] == ["one"]
    assert next(line.number for line in lines if "back" in line.text) > max(seen)


def test_what_goes_on_is_a_new_demo_that_names_the_old_one_and_begins_with_its_world() -> None:
    ends = RecordedEnds(LONG)
    ends.two()
    ends.tick(400)
    killed = ends.killed()
    before = digest(killed.world)
    after = ends.go_on(killed)
    come_back(after)
    after.tick(130)
    assert after.phase is Phase.PLAYING
    demo = after.demo()
    assert (demo.header.parent, demo.header.parent_at) == (NAME, killed.parent_at)
    assert digest(Rerun(demo).world) == before
    assert digest(Rerun(demo, demo.length).world) == demo.digests[-1]
    assert sum(1 for _ in demo.watch()) > demo.length // 3, "a state every third tick"
    assert [type(note) for note in demo.notes][1] is Began


def test_a_recording_that_was_cut_or_damaged_goes_on_from_the_last_whole_block_before() -> None:
    ends = RecordedEnds(LONG)
    ends.two()
    ends.tick(700)
    whole, data = ends.killed(), ends.files[1]
    cut = resume(data[:-1000], ends.proof, NAME)
    assert whole.parent_at - cut.parent_at in (60, 120)
    broken = bytearray(data)
    broken[len(data) // 2] ^= 1
    assert 0 < resume(bytes(broken), ends.proof, NAME).parent_at < cut.parent_at


@pytest.mark.slow
def test_what_cannot_be_gone_on_with_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    ends = RecordedEnds()
    ends.two()
    ends.tick(130)
    data = ends.files[1]
    refused(b"", ends.proof, "is no demo of Petard")
    refused(data[:20], ends.proof, "no header")
    refused(data[:150], ends.proof, "no world in this demo to start from")
    refused(data, b"{}", "makes no sense")
    refused(data, ends.proof.replace(b'"version": 1', b'"version": 2'), "has version 2, not 1")
    refused(data, ends.proof.replace(b"duel", b"chess"), "has no rules named chess")
    ends.play_until(Phase.LOBBY)
    refused(ends.files[1], ends.proof, "has ended, so there is nothing to go on with: The match is over.")
    refused(ends.files[1], None, "has ended, so there is nothing to go on with: The match is over.")
    monkeypatch.setattr("petard.shared.demo.rerun.RULES_VERSION", RULES_VERSION + 1)
    refused(data, ends.proof, f"this Petard has rules {RULES_VERSION + 1}")


def refused(data: bytes, proof: bytes | None, words: str) -> None:
    with pytest.raises(CannotResume, match=r"\.$") as caught:
        resume(data, proof, NAME)
    sentence = str(caught.value)
    assert words in sentence
    assert "\n" not in sentence


@pytest.mark.parametrize(
    "change",
    [
        {"setup": ["small", "duel", 99, 0, 0, 0]},
        {"setup": 7},
        {"members": [{"id": 1}]},
        {"members": [7]},
        {"line": -1},
        {"line": "1"},
        {"older": [1]},
        {"older": [1, 10]},
    ],
    ids=str,
)
def test_a_proof_that_makes_no_sense_is_one_sentence(change: dict[str, object]) -> None:
    ends = RecordedEnds()
    ends.two()
    ends.tick()
    assert read_rejoin_record(ends.proof).setup == SETUP
    with pytest.raises(CannotResume, match="makes no sense"):
        read_rejoin_record(json.dumps(json.loads(ends.proof) | change).encode())
