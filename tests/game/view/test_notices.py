"""Words that come and go."""

from petard.game.view.cues import Banner, PlayerDied
from petard.game.view.notices import CHAT_TIME, FATE_TIME, LINES, Notices

NAMES = {0: "Ada", 1: "Grace", 2: "Linus"}


def fate_of(*cues: PlayerDied, mine: tuple[int, ...] = (0,), at: float = 0.1) -> str:
    notices = Notices()
    notices.add_cues(cues, mine, NAMES, 0.0)
    fate = notices.fate(at)
    return fate.text if fate else ""


def test_who_got_you_is_told_for_three_seconds() -> None:
    assert fate_of(PlayerDied(0, 1, 0.5, 0.5)) == "Grace got you"
    assert fate_of(PlayerDied(0, 1, 0.5, 0.5), at=FATE_TIME - 0.01) == "Grace got you"
    assert fate_of(PlayerDied(0, 1, 0.5, 0.5), at=FATE_TIME) == ""


def test_your_own_bomb_and_a_wall_have_sentences_of_their_own() -> None:
    assert fate_of(PlayerDied(0, 0, 0.5, 0.5)) == "Your own bomb got you"
    assert fate_of(PlayerDied(0, -1, 0.5, 0.5)) == "A wall fell on you"


def test_of_two_people_at_one_machine_the_name_is_told() -> None:
    assert fate_of(PlayerDied(0, 2, 0.5, 0.5), mine=(0, 1)) == "Linus got Ada"
    assert fate_of(PlayerDied(1, 1, 0.5, 0.5), mine=(0, 1)) == "Grace stayed too long"


def test_whom_you_got_is_told_but_never_instead_of_your_own_end() -> None:
    assert fate_of(PlayerDied(1, 0, 0.5, 0.5)) == "You got Grace!"
    assert fate_of(PlayerDied(0, 1, 0.5, 0.5), PlayerDied(1, 0, 0.5, 0.5)) == "Grace got you"


def test_what_others_do_to_others_is_no_news() -> None:
    assert fate_of(PlayerDied(1, 2, 0.5, 0.5)) == ""


def test_a_banner_stays_for_a_while() -> None:
    notices = Notices()
    notices.add_cues([Banner("HURRY UP!")], (), {}, 10.0)
    assert notices.banner(10.0) == "HURRY UP!"
    assert notices.banner(20.0) == ""


def test_chat_lines_fade_and_go_and_are_never_more_than_a_few() -> None:
    notices = Notices()
    for number in range(LINES + 3):
        notices.add_chat(f"line {number}", 0.0)
    assert [line.text for line in notices.lines(1.0)] == [f"line {number}" for number in range(3, LINES + 3)]
    assert not notices.lines(1.0)[0].faint
    assert notices.lines(CHAT_TIME - 0.1)[0].faint
    assert notices.lines(CHAT_TIME) == []
