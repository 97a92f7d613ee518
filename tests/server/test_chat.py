"""What is said to everybody: numbered, the last lines kept."""

from server.chat import KEPT, SERVER, Chatter, aside
from server.inbox import Inbox
from server.seats import Member
from server.tape import Tape
from shared.protocol.messages import Chat


def test_lines_for_all_are_numbered_from_1_and_the_last_fifty_are_kept() -> None:
    chatter = Chatter(Tape())
    told = [chatter.news(f"line {number}") for number in range(1, KEPT + 11)]
    assert [line.number for line in told] == list(range(1, KEPT + 11))
    assert list(chatter.last) == told[-KEPT:]


def test_a_line_for_one_has_no_number_and_is_not_kept() -> None:
    chatter = Chatter(Tape())
    assert aside("only for you") == Chat(SERVER, "", "only for you", 0)
    assert not chatter.last
    assert chatter.news("for all").number == 1


def test_news_push_out_older_news_and_never_what_somebody_has_said() -> None:
    chatter = Chatter(Tape())
    ada = Member(1, "Ada", 1, Inbox(1))
    said = [chatter.say(ada, (0,), f"word {number}", 10.0 * number) for number in range(KEPT - 2)]
    told = [chatter.news("Bo lost the line.") for _ in range(3 * KEPT)]
    assert list(chatter.last) == [*said, *told[-2:]]
    said += [chatter.say(ada, (0,), "on and on", 1000.0 + 10 * number) for number in range(5)]
    assert list(chatter.last) == said[-KEPT:]
