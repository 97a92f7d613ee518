"""The board in the lobby: its picture, the practice round on it, and who has won so far."""

from pathlib import Path

import pytest

from petard.assets import path
from petard.game.config.settings import Settings
from petard.game.flow.local_server import hosted_server
from petard.game.ui.widgets.board_button import BoardButton, board_of, own_board_of
from petard.game.ui.widgets.lobby_panels import tally_lines
from petard.game.view.tally import Deed, Tally
from petard.shared.protocol.messages import Phase, Ready, Setup
from tests.game.ui.legible import LegibleCanvas, TextRules
from tests.game.ui.pictures import dummy_canvas, pixels
from tests.game.ui.screens.lobby_person import LobbyPerson


def picture(person: LobbyPerson) -> bytes:
    person.waits()
    return pixels(person.canvas)


def test_the_board_that_is_chosen_is_shown() -> None:
    person = LobbyPerson()
    classic = picture(person)
    lobby = person.ends.sessions[1].room.lobby
    person.changes("map", "mouse")
    assert picture(person) != classic
    assert lobby is not None
    assert all(board_of(name) for name in lobby.maps)


def test_its_picture_follows_the_chosen_rules() -> None:
    canvas, button, seen = dummy_canvas(), BoardButton("board", (0, 0, 330, 280)), set()
    for preset in ("last-one-standing", "no-carts", "classic-course", "duel"):
        button.show("glacier", has_seat=True, preset=preset)
        canvas.begin()
        button.draw(canvas, False, 0.0)
        seen.add(pixels(canvas))
    assert len(seen) == 3, "carts lie on no board"


@pytest.mark.parametrize("name", ["unknown", "../maps/classic", "/etc/passwd", "", "a" * 32])
def test_a_board_that_only_the_server_has_has_no_picture(name: str) -> None:
    assert board_of(name) is None


def test_a_practice_round_is_begun_and_ended_with_every_device(by: str) -> None:
    person = LobbyPerson()
    for key in {"keys": ("leave",), "pad": ("leave", "chat"), "mouse": ()}[by]:
        person.goes_to(key, by)
    if by == "keys":
        person.keys("left")
    person.pushes("board", by)
    assert person.navigator.playing, "the keys are for the player"
    if by == "mouse":
        person.clicks_at(100, 200)
    else:
        (person.keys if by == "keys" else person.pad)("escape" if by == "keys" else "back")
    assert not person.navigator.playing
    assert person.requests == []


def test_p_begins_it_and_keys_move_the_player_instead_of_the_focus() -> None:
    person = LobbyPerson()
    person.keys("p")
    person.waits(0.2)
    focus, before = person.screen.form.focus, picture(person)  # type: ignore[attr-defined]
    person.keys("right", "down")
    person.waits(0.2)
    assert person.screen.form.focus == focus  # type: ignore[attr-defined]
    assert picture(person) != before
    person.keys("escape")
    person.keys("t")
    person.types("p")
    assert person.screen.typing, "in a line of chat it is a letter"


def test_enter_says_that_we_are_ready_during_a_practice_round_which_ends_with_the_match() -> None:
    person = LobbyPerson()
    person.keys("p", "enter")
    person.waits()
    assert person.seat().ready
    person.ends.sessions[2].link.send(Ready(True))
    person.waits()
    assert person.ends.room.phase is Phase.LOADING


def test_who_won_the_last_match_and_the_most_stays_in_sight() -> None:
    person = LobbyPerson()
    assert person.context.session is not None
    before, tally = picture(person), person.context.session.room.tally
    tally.evening.add("Ada", Deed.ROUNDS, 2)
    one = picture(person)
    tally.champion = "Bo"
    assert len({before, one, picture(person)}) == 3


@pytest.mark.parametrize("bots", [0, 3, 4, 6, 10, 16, 22])
def test_the_table_of_all_matches_is_seen_with_two_people_and_with_up_to_24_players(bots: int) -> None:
    person = LobbyPerson()
    assert person.context.session is not None
    person.ends.deliver(person.ends.room.choose(Setup("grand", "last-one-standing", 3, bots, 2)) or [])
    room = person.context.session.room
    room.tally.evening.add("Bo", Deed.ROUNDS, 2)
    room.tally.evening.add("Ada", Deed.KILLS, 7)
    person.waits(1)
    canvas = LegibleCanvas(dummy_canvas().surface, TextRules(contrast=0, whole=True))
    canvas.begin()
    person.screen.draw(canvas, 5.0)
    assert {"2", "7"} <= set(canvas.texts), "rounds of Bo, kills of Ada"
    assert person.screen.form["board"].box[3] > 220  # type: ignore[attr-defined]


def test_the_awards_of_all_matches_take_turns_with_the_winner_of_the_last_one() -> None:
    tally = Tally()
    tally.champion = "Bo"
    tally.evening.add("Ada", Deed.CHAIN, 7)
    tally.evening.add("Bo", Deed.BRICKS, 90)
    assert [words for _, words in tally_lines(tally)] == [
        "Bo won the last match",
        "Longest chain: Ada x7",
        "Most bricks: Bo x90",
    ]
    assert tally_lines(Tally()) == [("crown", "So far")]


def test_a_mishap_wears_no_crown() -> None:
    tally = Tally()
    tally.evening.add("Ada", Deed.WALLS, 2)
    tally.evening.add("Bo", Deed.OWN_BOMB, 2)
    tally.evening.add("Bo", Deed.KILLS, 2)
    assert [picture for picture, _ in tally_lines(tally)] == ["crown", "crown", "skull", "skull"]


def test_the_host_sees_a_map_of_their_own_before_the_match(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platformdirs.user_data_path", lambda *_, **__: tmp_path)
    (tmp_path / "maps").mkdir()
    text = path("maps", "small.txt").read_text("utf-8")
    (tmp_path / "maps" / "my-den.txt").write_text(text, "utf-8")
    button = BoardButton("board", (0, 0, 330, 280))
    own_board_of.cache_clear()
    button.show("my-den", has_seat=True)
    assert (button.board, button.enabled) == (None, False)
    button.show("my-den", has_seat=True, is_ours=True)
    assert button.board is not None
    assert button.enabled
    assert hosted_server(Settings(map="my-den")).map == "my-den"
    for name in ("../my-den", "gone", ""):
        button.show(name, has_seat=True, is_ours=True)
        assert button.board is None
        assert hosted_server(Settings(map="gone")).map == ""
