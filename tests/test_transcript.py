"""A transcript passes when the conversation goes as it says, and else shows what was expected and what was received."""

import pytest

from tests.transcript import NOTHING, End, Transcript


class Echo(Transcript):
    """Sends every text back to both ends, in capitals to the other one."""

    def __init__(self, *ignore: type) -> None:
        super().__init__(*ignore)
        self.ada, self.bo = self.end("ada"), self.end("bo")

    def deliver(self, sender: End, message: str) -> None:
        sender.receive(message)
        (self.bo if sender is self.ada else self.ada).receive(message.upper())
        sender.receive(len(message))


def test_a_conversation_that_goes_as_it_is_written_passes() -> None:
    talk = Echo()
    talk.ada >> "hi"
    talk.ada << "hi" << 2 << NOTHING
    talk.bo << str
    assert talk.bo.last == "HI"
    talk.bo >> "well"


def test_what_a_test_is_not_about_is_named_once() -> None:
    talk = Echo(int)
    talk.ada >> "hi"
    talk.ada << "hi" << NOTHING


@pytest.mark.parametrize(
    ("expected", "received"),
    [
        ("ho", "expected: ada << 'ho'\nreceived: ada << 'hi'\nreceived: ada << 2"),
        (bytes, "expected: ada << bytes\nreceived: ada << 'hi'\nreceived: ada << 2"),
        (NOTHING, "expected: ada << nothing\nreceived: ada << 'hi'\nreceived: ada << 2"),
    ],
)
def test_another_message_fails_and_shows_the_conversation_so_far(expected: object, received: str) -> None:
    talk = Echo()
    talk.ada >> "hi"
    with pytest.raises(AssertionError) as failed:
        talk.ada << expected
    assert str(failed.value) == f"this is not how the conversation goes on:\n  ada >> 'hi'\n{received}"


def test_a_message_that_does_not_come_fails() -> None:
    talk = Echo()
    with pytest.raises(AssertionError, match="expected: bo << 'HI'\nreceived: bo << nothing"):
        talk.bo << "HI"


def test_an_end_that_has_not_read_everything_may_not_send() -> None:
    talk = Echo()
    talk.ada >> "hi"
    talk.ada << "hi"
    with pytest.raises(AssertionError, match="expected: ada << nothing\nreceived: ada << 2"):
        talk.ada >> "again"
