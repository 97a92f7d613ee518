"""Each match of a room leaves a demo of what was played and told, and of nothing else."""

from dataclasses import replace
from itertools import pairwise

import pytest

from petard.server.room.inbox import Inbox
from petard.server.room.match_recorder import MatchRecorder
from petard.server.room.rejoin import token_digest
from petard.server.room.resume import read_rejoin_record
from petard.shared.demo.records import Began, Ended, Said, Scored, Seated
from petard.shared.demo.rerun import Rerun
from petard.shared.protocol.messages import Chat, Delta, Events, Keyframe, Phase, Results, Round
from petard.shared.protocol.snapshot import Snapshot
from petard.shared.protocol.state import apply_delta, state_from_keyframe
from petard.shared.rules.digest import digest
from tests.ends import Ends
from tests.server.recorded_ends import SETUP, RecordedEnds, inflated

Watched = Snapshot | Events


@pytest.fixture(scope="module")
def match() -> RecordedEnds:
    """A match of several rounds from its start to the lobby after it, in which somebody talks."""
    ends = RecordedEnds(snapshots=60)
    ends.two()
    ends.sessions[2].send_chat("Good luck!")
    ends.play_until(Phase.LOBBY)
    ends.save()
    return ends


@pytest.mark.slow
def test_a_match_runs_again_as_it_was_played(match: RecordedEnds) -> None:
    demo = match.demo()
    assert demo.damage == ""
    assert len(demo.rounds) >= 2
    rerun = Rerun(demo)
    digests = []
    for _ in range(demo.length):
        rerun.step()
        digests.append(digest(rerun.world))
    assert digests == list(demo.digests)


@pytest.mark.parametrize(("date", "started"), [(-100, 0), (5_000_000_000, 2**32 - 1)])
def test_a_match_is_recorded_whatever_the_clock_says(date: int, started: int) -> None:
    ends = RecordedEnds()
    ends.room.recorder.date = date
    ends.two()
    ends.tick(60)
    ends.room.close("The end.")
    ends.save()
    assert ends.demo().header.started == started


def test_a_match_can_be_watched_as_it_was_told(match: RecordedEnds) -> None:
    """It has the same states, in the same order, with the same events."""
    sent, watched = list[Watched](), list[Watched]()
    for message in match.sent:
        match message:
            case Round():
                announced = message
            case Keyframe():
                state = state_from_keyframe(message, announced.width, announced.height)
                sent.append(state.snapshot)
            case Delta():
                state = apply_delta(state, message)
                sent.append(state.snapshot)
            case Events():
                sent.append(message)
    for _, one, snapshot in match.demo().watch():
        watched += [one] if isinstance(one, Events) else [snapshot] if not isinstance(one, Round) else []
    assert len(sent) > 1000
    assert without_repeats(watched) == without_repeats(sent), "apart from whole states between"


def without_repeats(stream: list[Watched]) -> list[Watched]:
    """The stream without states that are equal to the state before them."""
    kept, last = list[Watched](), None
    for one in stream:
        if isinstance(one, Events) or one != last:
            kept.append(one)
        last = last if isinstance(one, Events) else one
    return kept


def test_score_chat_and_end_are_noted(match: RecordedEnds) -> None:
    notes = match.demo().notes
    told = [message for message in match.sent if isinstance(message, Results) and message.next_in]
    assert [note.results for note in notes if isinstance(note, Scored)] == list(dict.fromkeys(told))
    assert ("Ada", "Good luck!") not in [(note.chat.name, note.chat.text) for note in notes if isinstance(note, Said)]
    assert ("Grace", "Good luck!") in [(note.chat.name, note.chat.text) for note in notes if isinstance(note, Said)]
    assert notes[-1] == Ended(match.demo().length, "The match is over.")


def test_the_outline_of_a_recording_has_all_but_the_chat_and_seats_that_the_next_ones_replace(
    match: RecordedEnds,
) -> None:
    demo, kept = match.demo(), (Began, Scored, Ended)
    assert [one for one in demo.outline if isinstance(one, kept)] == [n for n in demo.notes if isinstance(n, kept)]
    replaced = [one for one, after in pairwise(demo.outline) if isinstance(one, Seated) and isinstance(after, Seated)]
    assert replaced == []
    last = [one for one in demo.notes if isinstance(one, Seated | Scored)]
    before = [one.seats for one, after in pairwise(last) if isinstance(one, Seated) and isinstance(after, Scored)]
    assert before == [one.seats for one in demo.outline if isinstance(one, Seated) and one.seats in before]
    assert not [one for one in demo.outline if isinstance(one, Said)]


def test_whoever_goes_and_comes_back_is_noted_at_the_moment_and_pings_are_not() -> None:
    ends = RecordedEnds()
    ends.two()
    for _ in range(4):
        ends.room.confirm_welcome(1, 10 + round(ends.now))
        ends.tick(60)
    ends.disconnect(1)
    ends.tick(30)
    ends.back(3, was=1)
    ends.tick(100)
    seated = [note for note in ends.demo().notes if isinstance(note, Seated)]
    assert [(note.moment - seated[0].moment, note.seats[0].away) for note in seated] == [(0, True), (30, False)]


def test_no_token_is_in_a_demo_nor_what_is_left_of_one() -> None:
    ends = RecordedEnds()
    ends.two()
    ends.tick(100)
    ends.disconnect(1)
    ends.back(3, was=1)
    ends.tick(300)
    whole = ends.files[1] + inflated(ends.files[1])
    assert b"Grace" in whole, "this test does not see what is in a demo"
    for token in ends.tokens.values():
        for secret in (token.encode(), bytes.fromhex(token), token_digest(token), token_digest(token).hex().encode()):
            assert secret not in whole
            assert secret not in ends.proof or secret == token_digest(token).hex().encode()


def test_each_match_is_a_demo_of_its_own_and_ends_when_everybody_has_left() -> None:
    ends = RecordedEnds(SETUP)
    ends.two()
    ends.tick(100)
    ends.leave(1)
    ends.tick(100)
    ends.leave(2)
    ends.save()
    ends.join(3)
    ends.start()
    ends.tick(100)
    assert [page.number for page in ends.pages if page.is_last] == [1]
    assert ends.demo().notes[-1] == Ended(ends.demo().length, "There was nobody left to play it.")
    assert ends.demo(2).header.map == "small"
    assert ends.demo(2).length < ends.demo().length


def test_a_tape_that_is_off_keeps_nothing() -> None:
    ends = Ends(tape=MatchRecorder())
    ends.join(1)
    ends.join(2, "Grace")
    ends.start()
    ends.tick(200)
    ends.room.recorder.note_chat(Chat(-1, "", "Nobody writes this down.", 1))
    assert ends.room.take_demo_chunks() == []


def test_a_match_can_be_written_and_pinned_at_any_moment_and_after_its_end() -> None:
    match = RecordedEnds()
    assert not match.tape.pin()
    match.join(1)
    match.start()
    match.tick(90)  # a second and a half: half a second is not written yet
    assert match.tape.pin()
    match.save()
    assert match.pages[-1].pins
    assert match.demo().length >= 90
    match.leave(1)
    match.save()
    assert not match.tape.running
    assert match.tape.pin()
    match.save()
    assert (match.pages[-1].pins, match.pages[-1].number, match.pages[-1].data) == (True, 1, b"")


def test_what_is_kept_of_the_members_changes_with_the_number_of_players_at_one() -> None:
    ends = RecordedEnds()
    ends.two()
    ends.tick(70)
    ends.save()
    members = tuple(ends.room.seats.members.values())
    assert ends.tape.take(SETUP, ends.room.chat.number, members) == [], "nothing has changed"
    more = (replace(members[0], inbox=Inbox(2)), *members[1:])
    (chunk,) = ends.tape.take(SETUP, ends.room.chat.number, more)
    assert [one.players for one in read_rejoin_record(chunk.rejoin_record).members] == [2, 1]
