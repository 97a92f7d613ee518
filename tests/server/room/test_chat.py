"""What is said to everybody: numbered, the last lines kept."""

from petard.server.room.chat import (
    GROUPS_MOST,
    KEPT,
    LINES_MOST,
    MUTED_FOR,
    SERVER,
    ChatLog,
    mute_notice,
    private_message,
)
from petard.server.room.inbox import Inbox
from petard.server.room.match_recorder import MatchRecorder
from petard.server.room.member import Member
from petard.shared.protocol.messages import Chat


def test_lines_for_all_are_numbered_from_1_and_the_last_fifty_are_kept() -> None:
    chatter = ChatLog(MatchRecorder())
    told = [chatter.server_line(f"line {number}") for number in range(1, KEPT + 11)]
    assert [line.number for line in told] == list(range(1, KEPT + 11))
    assert list(chatter.last) == told[-KEPT:]


def test_a_line_for_one_has_no_number_and_is_not_kept() -> None:
    chatter = ChatLog(MatchRecorder())
    assert private_message("only for you") == Chat(SERVER, "", "only for you", 0)
    assert not chatter.last
    assert chatter.server_line("for all").number == 1


def test_news_push_out_older_news_and_never_what_somebody_has_said() -> None:
    chatter = ChatLog(MatchRecorder())
    ada = Member(1, ("Ada",), Inbox(1))
    said = [chatter.say(ada, (0,), f"word {number}", 10.0 * number) for number in range(KEPT - 2)]
    told = [chatter.server_line("Bo disconnected.") for _ in range(3 * KEPT)]
    assert list(chatter.last) == [*said, *told[-2:]]
    said += [chatter.say(ada, (0,), "on and on", 1000.0 + 10 * number) for number in range(5)]
    assert list(chatter.last) == said[-KEPT:]


def talkative(chatter: ChatLog, home: str, lines: int, now: float = 100.0) -> Member:
    """Somebody who came from there and has said so much in no time."""
    member = Member(1, ("Ada",), Inbox(1), address_group=home)
    chatter.take_over_limit(member, now)
    for number in range(lines):
        chatter.say(member, (0,), f"word {number}", now)
    return member


def test_to_leave_and_come_back_neither_ends_a_mute_nor_gives_more_lines() -> None:
    chatter = ChatLog(MatchRecorder())
    chatter.keep_limit(talkative(chatter, "10.0.0.7", LINES_MOST + 1))
    back, other = (talkative(chatter, home, 0, 101.0) for home in ("10.0.0.7", "10.0.0.8"))
    assert chatter.say(back, (0,), "it is me again", 129.0) is None
    assert mute_notice(back, 129.0).text.endswith("nobody hears you for 1 s.")
    assert chatter.say(other, (0,), "what was that?", 101.0)
    assert chatter.say(back, (0,), "sorry", 130.0)
    chatter.keep_limit(talkative(chatter, "10.0.0.9", LINES_MOST - 1))
    again = talkative(chatter, "10.0.0.9", 0, 105.0)
    assert chatter.say(again, (0,), "the last one", 105.0)
    assert chatter.say(again, (0,), "one too many", 105.0) is None


def test_each_who_left_is_taken_up_by_one_who_comes_and_only_for_a_while() -> None:
    chatter = ChatLog(MatchRecorder())
    muted, quiet = talkative(chatter, "10.0.0.7", LINES_MOST + 1), talkative(chatter, "10.0.0.7", 1)
    chatter.keep_limit(quiet)
    chatter.keep_limit(muted)
    comers = [talkative(chatter, "10.0.0.7", 0, 101.0) for _ in range(3)]
    assert [len(one.chat_limit.lines) for one in comers] == [LINES_MOST, 1, 0]
    chatter.keep_limit(comers[0])
    assert talkative(chatter, "10.0.0.7", 0, 100.0 + MUTED_FOR).chat_limit.lines == []


def test_only_so_many_addresses_are_remembered() -> None:
    chatter = ChatLog(MatchRecorder())
    for number in range(2 * GROUPS_MOST):
        chatter.keep_limit(talkative(chatter, f"10.0.0.{number}", 1))
    assert len(chatter._left) == GROUPS_MOST  # private: the bound on memory shows nowhere else
