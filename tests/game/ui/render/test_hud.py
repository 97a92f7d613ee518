"""What the HUD shows, in every window."""

from dataclasses import replace

import pygame
import pytest

from petard.game.config.settings import Settings
from petard.game.ui.input.key_hints import control_hints
from petard.game.ui.render.canvas import Canvas
from petard.game.ui.render.hud import (
    CHAT,
    CHAT_ROWS,
    OUT,
    OUT_NOW,
    WATCHING,
    WATCHING_NOW,
    Hud,
    HudInfo,
    belongings,
    chat_rows,
    foot_line,
)
from petard.game.ui.render.play_layout import layout_for
from petard.game.view.cart_views import CartView
from petard.game.view.crowns import carried_crowns
from petard.game.view.cues import Banner, PlayerDied
from petard.game.view.mode_views import ROTTEN, ModeView, line_of, names_of_winners, seats_in_sides
from petard.game.view.round_ending import RoundEnding
from petard.game.view.view import View
from petard.shared.rules.modes.table import MODES
from petard.shared.rules.tie_break import WinReason
from tests.game.scenes import busy, seats
from tests.game.ui.legible import LegibleCanvas, TextRules
from tests.game.ui.pictures import dummy_canvas, pixels


def hud_info(players: int = 8, mine: tuple[int, ...] = (0,), ping: int = 12, health_most: int = 1) -> HudInfo:
    return HudInfo(seats(players, len(mine)), mine, 2, 3, ping, health_most, "Walk: arrows")


def drawn(canvas: Canvas, hud: Hud, view: View, info: HudInfo, now: float = 0.0) -> bytes:
    canvas.begin()
    hud.draw(canvas, view, info, now)
    return pixels(canvas)


def test_the_keys_are_shown_at_the_start_only() -> None:
    assert foot_line(replace(busy(), tick=30.0), hud_info()) == "Walk: arrows"
    assert foot_line(replace(busy(), tick=4000.0), hud_info()) == ""


def test_spectators_read_that_they_watch() -> None:
    assert foot_line(busy(), hud_info(mine=())) == WATCHING
    assert foot_line(busy(4), hud_info(9, mine=(8,))) == WATCHING  # has a seat, but not in this round


def test_players_read_that_they_are_out_once_all_of_this_computer_are() -> None:
    view = busy()
    bodies = tuple(replace(body, alive=body.slot != 0) for body in view.players)
    assert foot_line(replace(view, players=bodies), hud_info()) == OUT
    assert foot_line(replace(view, players=bodies), hud_info(mine=(0, 1))) != OUT


def test_players_who_come_back_read_when_and_see_it_large_until_one_of_them_lives() -> None:
    view, canvas = busy(), dummy_canvas()
    bodies = tuple(replace(one, alive=one.slot > 1, back_in=61.0 + 60 * one.slot) for one in view.players)
    fallen = replace(view, players=bodies)
    assert foot_line(fallen, hud_info(mine=(0, 1))) == "You are back in 2 seconds"
    assert foot_line(fallen, hud_info(mine=(0, 2))) == ""
    soon = replace(fallen, players=tuple(replace(one, back_in=30.0) for one in bodies))
    assert foot_line(soon, hud_info(mine=(0, 1))) == "You are back in 1 second"
    info = replace(hud_info(), recorded=True)  # without the line at the bottom
    assert drawn(canvas, Hud(), fallen, info) != drawn(canvas, Hud(), soon, info)


def test_zombies_have_one_colour_and_a_skull_and_the_living_win_as_a_team() -> None:
    number = MODES["zombie"].number
    mode = ModeView(number, {0: 2, 1: 1}, {}, {}, zombies=(1,))
    here = seats(3)
    assert [seat.colour for seat in seats_in_sides(here, mode)] == [here[0].colour, ROTTEN, here[2].colour]
    assert [(part.text, part.own) for part in line_of(mode, here, (1,))] == [("Alive: 2", False), ("Zombies: 1", True)]
    assert len({names_of_winners(here, mode)[slot] for slot in (0, 2)}) == 1
    assert names_of_winners(here, mode, of_match=True)[0] == here[0].name
    last = replace(mode, zombies=(0, 1))
    assert names_of_winners(here, last)[2] == here[2].name
    view = replace(busy(), mode=mode)
    assert [sprite.name for sprite in carried_crowns(view)] == ["worn-skull"]
    fallen = tuple(replace(one, alive=False, back_in=61.0) for one in view.players)
    assert foot_line(replace(view, players=fallen), hud_info()) == "You rise as a zombie in 2 seconds"


def test_players_read_that_they_play_the_next_round_if_that_is_certain() -> None:
    view = busy()
    out = replace(view, players=tuple(replace(body, alive=body.slot != 0) for body in view.players))
    assert foot_line(out, replace(hud_info(), plays_next=True)) == OUT_NOW
    assert foot_line(view, replace(hud_info(mine=()), plays_next=True)) == WATCHING_NOW
    assert "next round" not in foot_line(view, replace(hud_info(), plays_next=True))


def test_the_pace_is_shown_once_all_players_of_this_machine_are_out() -> None:
    view, hurried = busy(), replace(hud_info(), fast_forward="3x speed")
    out = replace(view, players=tuple(replace(body, alive=body.slot != 0) for body in view.players))
    assert foot_line(out, hurried).endswith("3x speed")
    assert "3x" not in foot_line(view, hurried)


def rows_that_differ(one: bytes, other: bytes, width: int = 1280) -> tuple[int, int]:
    """The first and the last row of the picture in which two pictures differ."""
    long = width * 3
    rows = [
        row
        for row in range(len(one) // long)
        if one[row * long : (row + 1) * long] != other[row * long : (row + 1) * long]
    ]
    return rows[0], rows[-1]


@pytest.mark.parametrize("y", [1.5, 4.5, 6.5, 8.5, 9.5, 11.5])
def test_the_text_about_your_end_does_not_cover_its_tile(y: float) -> None:
    canvas, view, hud, other = dummy_canvas(), busy(), Hud(), Hud()
    other.notices.add_cues([PlayerDied(0, 3, 1.5, y)], (), {}, 0.0)  # the kill feed alone
    usual = drawn(canvas, other, view, hud_info(), 0.1)
    hud.notices.add_cues([PlayerDied(0, 3, 1.5, y)], (0,), {0: "Ada", 3: "Margaret"}, 0.0)
    first, last = rows_that_differ(usual, drawn(canvas, hud, view, hud_info(), 0.1))
    side = (720 - 64) / view.height
    assert last < 64 + (y - 0.5) * side or first > 64 + (y + 0.5) * side


def test_health_kick_and_shield_are_listed_when_there_are_any() -> None:
    body = busy().players[0]
    assert [icon for icon, _ in belongings(body, 1)] == ["item-bomb", "item-flame", "item-skate"]
    rich = replace(body, kick=True, shields=2, health=40)
    assert belongings(rich, 100)[0] == ("heart", "40")
    assert [icon for icon, _ in belongings(rich, 100)][-2:] == ["item-kick", "item-shield"]


@pytest.mark.parametrize("size", [(1280, 720), (160, 90), (900, 700)])
def test_the_hud_is_drawn_for_every_number_of_players(size: tuple[int, int]) -> None:
    canvas = dummy_canvas(size)
    for players in (0, 1, 2, 8, 9, 64):
        canvas.begin()
        empty = pixels(canvas)
        mine = tuple(range(min(4, players)))
        assert drawn(canvas, Hud(), busy(players, 41, 31), hud_info(players, mine)) != empty


def test_each_change_is_drawn() -> None:
    canvas, view = dummy_canvas(), busy()
    usual = drawn(canvas, Hud(), view, hud_info())
    dead = tuple(replace(body, alive=body.slot != 3) for body in view.players)
    assert drawn(canvas, Hud(), replace(view, players=dead), hud_info()) != usual
    assert drawn(canvas, Hud(), replace(view, ticks_left=60.0), hud_info()) != usual
    assert drawn(canvas, Hud(), replace(view, go_in=100.0), hud_info()) != usual
    assert drawn(canvas, Hud(), view, hud_info(ping=300)) != usual
    assert drawn(canvas, Hud(), view, hud_info(mine=(1,))) != usual
    assert drawn(canvas, Hud(), view, hud_info(health_most=50)) != usual
    for count in (8, 12):
        here = hud_info(count)
        away = tuple(replace(seat, away=seat.slot == 3) for seat in here.seats)
        crowd = busy(count, 41, 31)
        usual = drawn(canvas, Hud(), crowd, here)
        assert drawn(canvas, Hud(), crowd, replace(here, seats=away)) != usual


def test_notices_are_shown_and_disappear() -> None:
    canvas, view, hud = dummy_canvas(), busy(), Hud()
    usual = drawn(canvas, hud, view, hud_info())
    hud.notices.add_chat("Ada: a long line that needs more than one row beside the board, and Zoë says 你好", 0.0)
    hud.notices.add_cues([Banner("HURRY UP!"), PlayerDied(0, 3, 0.5, 0.5)], (0,), {0: "Ada", 3: "Margaret"}, 0.0)
    assert drawn(canvas, hud, view, hud_info(), 0.1) != usual
    assert drawn(canvas, hud, view, hud_info(), 60.0) == usual


@pytest.mark.parametrize("width", [230.0, 264.0, 280.0])
def test_a_sentence_of_the_server_is_shown_whole(width: float) -> None:
    canvas, said = dummy_canvas(), "Bob lost the connection: Connection reset by peer."
    rows = chat_rows(canvas, said, width)
    assert len(rows) <= CHAT_ROWS
    assert all(canvas.width_of(row, CHAT) <= width for row in rows)
    assert " ".join(rows) == said


@pytest.mark.parametrize("said", ["W" * 200, "one two three " * 14, "中" * 200, "a " + "b" * 198])
def test_a_cut_line_ends_in_an_ellipsis_and_fits(said: str) -> None:
    canvas = dummy_canvas()
    rows = chat_rows(canvas, said, 264.0)
    assert len(rows) == CHAT_ROWS
    assert rows[-1].endswith("…")
    assert all(canvas.width_of(row, CHAT) <= 264 for row in rows)
    assert "".join(rows).removesuffix("…").replace(" ", "") in said.replace(" ", "")


def test_a_long_line_is_measured_no_further_than_a_few_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    canvas, looked_at = dummy_canvas(), []
    width_of = canvas.width_of

    def measured(text: str, size: float) -> float:
        looked_at.append(len(text))
        return width_of(text, size)

    monkeypatch.setattr(canvas, "width_of", measured)
    chat_rows(canvas, "\u4e2d" * 200, 264.0)
    assert max(looked_at) < 40, "each letter that was not seen before is looked up in all fonts"


def test_a_short_line_is_one_row_and_an_empty_one_is_none() -> None:
    assert chat_rows(dummy_canvas(), "Ada: hi", 264.0) == ["Ada: hi"]
    assert chat_rows(dummy_canvas(), "  ", 264.0) == []


def texts(view: View, info: HudInfo) -> list[str]:
    canvas = LegibleCanvas(dummy_canvas().surface, TextRules(20))
    canvas.begin()
    Hud().draw(canvas, view, info, 0.0)
    return canvas.texts


def test_the_end_of_a_round_shows_the_winner_and_the_reason() -> None:
    found = texts(replace(busy(), ending=RoundEnding(1, WinReason.NEARER)), hud_info())
    assert {"Grace wins the round!", "Photo finish: nearer to the middle"} <= set(found)
    found = texts(replace(busy(), ending=RoundEnding(-1, WinReason.NOBODY, time_up=True)), hud_info())
    assert {"This round is a draw", "Time is up: nobody was ahead"} <= set(found)
    assert "This round is a draw" not in texts(busy(), hud_info())


def test_each_player_of_one_machine_has_a_hint_while_the_round_begins() -> None:
    dummy_canvas()
    info = replace(hud_info(mine=(0, 1, 2)), hints=control_hints(Settings().keys, 3, ()))
    early = texts(replace(busy(), tick=30.0), info)
    assert {"WASD, Space", "arrows,", "right Ctrl / Shift", "Press a button", "on a pad"} <= set(early)
    late = texts(replace(busy(), tick=4000.0), info)
    assert "WASD, Space" not in late
    assert "Press a button" in late, "nobody can play this one until there is a pad"


@pytest.mark.parametrize("size", [(1280, 720), (800, 600)])
def test_the_kill_feed_tells_killers_causes_and_own_kills_apart(size: tuple[int, int]) -> None:
    canvas = dummy_canvas(size)

    def fed(*died: PlayerDied, mine: tuple[int, ...] = (0,), now: float = 1.0, view: View | None = None) -> bytes:
        hud = Hud()
        hud.notices.add_cues(died, (), {}, 0.0)
        return drawn(canvas, hud, view or busy(), replace(hud_info(), mine=mine), now)

    one, other = PlayerDied(5, 4, 3.5, 3.5), PlayerDied(4, 5, 3.5, 3.5)
    kinds = [fed(one), fed(other), fed(replace(one, by=5)), fed(replace(one, by=-1)), fed(one, other), fed()]
    assert len(set(kinds)) == len(kinds)
    assert fed(one, mine=(1,)) != fed(one, mine=(4,)), "an own kill has a rim"
    assert fed(one, now=4.5) == fed(now=4.5)
    assert fed(PlayerDied(60, 4, 3.5, 3.5)) == fed(), "the player has left"


def test_the_kill_feed_leaves_the_title_of_the_end_free() -> None:
    canvas, hud = dummy_canvas(), Hud()
    ended = replace(busy(), ending=RoundEnding(0, WinReason.LAST_STANDING))
    info = hud_info()
    without = drawn(canvas, hud, ended, info, 1.0)
    hud.notices.add_cues([PlayerDied(slot, 3, 3.5, 3.5) for slot in (4, 5, 6, 7)], (), {}, 0.0)
    first, last = rows_that_differ(without, drawn(canvas, hud, ended, info, 1.0))
    assert 284 < first < last < 440


def riding(tick: float, ready_in: float = 0.0) -> View:
    """Player 0 rides on the lowest row."""
    view = busy(4, 15, 13)
    cart = CartView(7.5, 12.5, ready_in=ready_in)
    bodies = tuple(replace(one, alive=False, cart=cart) if one.slot == 0 else one for one in view.players)
    return replace(view, tick=tick, players=bodies)


@pytest.mark.parametrize(
    ("size", "mine"), [((1280, 720), 1), ((1920, 1080), 1), ((1280, 720), 4), ((800, 600), 1), ((1024, 768), 0)]
)
def test_what_a_rider_or_a_spectator_reads_covers_no_tile(size: tuple[int, int], mine: int) -> None:
    keys = ("arrows or WASD", "right Ctrl")
    canvas, info = dummy_canvas(size), replace(hud_info(4, tuple(range(mine))), cart_keys=keys)
    view = riding(4000.0)
    view = replace(view, players=tuple(replace(one, alive=False, cart=view.players[0].cart) for one in view.players))
    pictures = []
    for shown in (info, replace(info, recorded=True)):
        canvas.begin()
        canvas.fit_window()
        Hud().draw(canvas, view, shown, 0.0)
        pictures.append(canvas.surface.copy())
    layout = layout_for(canvas, view, mine)
    top = layout.fields[0][1]
    box = canvas.pixels(layout.room, top, canvas.wide - 2 * layout.room, layout.bottom - top)
    assert pygame.image.tobytes(pictures[0], "RGB") != pygame.image.tobytes(pictures[1], "RGB")
    on_board = [pygame.image.tobytes(picture.subsurface(box), "RGB") for picture in pictures]
    assert on_board[0] == on_board[1]
