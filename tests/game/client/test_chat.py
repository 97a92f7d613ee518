"""A line that may be lost is sent again, one that arrived is not."""

from petard.game.client.room_state import UNACKED_KEPT, ChatHistory


def test_a_line_has_arrived_once_a_later_ping_is_answered() -> None:
    chat = ChatHistory()
    chat.sent("early", last_ping=3)
    chat.sent("late", last_ping=4)
    assert chat.lines_to_resend(last_pong=4) == []
    chat.disconnect()
    assert chat.lines_to_resend(last_pong=0) == [], "nothing was received over the new connection yet"
    assert chat.lines_to_resend(last_pong=1) == ["late"]
    assert chat.lines_to_resend(last_pong=2) == []


def test_the_same_text_twice_is_two_lines() -> None:
    chat = ChatHistory()
    for _ in range(3):
        chat.sent("hm", last_ping=0)
    chat.confirm("hm")
    chat.disconnect()
    chat.confirm("hm")
    assert chat.lines_to_resend(last_pong=1) == ["hm"]


def test_only_the_last_lines_are_sent_again() -> None:
    chat = ChatHistory()
    for number in range(100):
        chat.sent(str(number), last_ping=0)
        chat.disconnect()
    assert len(chat.lines_to_resend(last_pong=1)) == UNACKED_KEPT
