"""What may be lost is said again, what arrived is not."""

from petard.game.client.unacked_chat import KEPT, UnackedChat


def test_a_line_is_sure_once_a_ping_that_went_after_it_is_answered() -> None:
    spoken = UnackedChat()
    spoken.say("early", pinged=3)
    spoken.say("late", pinged=4)
    assert spoken.due(ponged=4) == []
    spoken.lose()
    assert spoken.due(ponged=0) == [], "the new line has told nothing yet"
    assert spoken.due(ponged=1) == ["late"]
    assert spoken.due(ponged=2) == []


def test_the_same_words_twice_are_two_lines() -> None:
    spoken = UnackedChat()
    for _ in range(3):
        spoken.say("hm", pinged=0)
    spoken.hear("hm")
    spoken.lose()
    spoken.hear("hm")
    assert spoken.due(ponged=1) == ["hm"]


def test_nobody_is_flooded_with_what_piled_up() -> None:
    spoken = UnackedChat()
    for number in range(100):
        spoken.say(str(number), pinged=0)
        spoken.lose()
    assert len(spoken.due(ponged=1)) == KEPT
