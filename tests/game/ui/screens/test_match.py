"""The match screen on a real session: pictures, sounds once, keys, and lines of chat."""

from dataclasses import replace

import pygame
import pytest

from petard.game.client.server_control import ServerControl
from petard.game.config.key_sets import rebound
from petard.game.config.settings import Settings
from petard.game.ui.audio.audio import Audio
from petard.game.ui.context import InputDevices, ScreenContext
from petard.game.ui.input.actions import MenuAction, UiEvent
from petard.game.ui.input.keyboard import Keyboard
from petard.game.ui.screens.match import MatchScreen
from petard.game.view.cues import Cue, Sound
from petard.game.view.music_choice import LOBBY_MUSIC, MusicChoice, Stem, theme_of
from petard.game.view.spectating import CALM, SHOWN
from petard.shared.control_channel import ControlOrder, ControlVerb, Pace
from petard.shared.framing import LIMIT_CLIENT, Decoder
from petard.shared.protocol.codec import decode
from petard.shared.protocol.messages import Input, Round, Setup
from petard.shared.rules.ruleset import LAST_ONE_STANDING
from petard.shared.rules.world import Keys
from tests.ends import Ends
from tests.game.ui.pictures import dummy_canvas, pixels

BOTS = Setup("small", "no-carts", 3, 3, 2)


class RecordingAudio(Audio):
    """Records what it would play."""

    def __init__(self) -> None:
        self.works = False
        self.volume = self.music_volume = 0.0
        self.played: list[str] = []

    def play_cues(self, cues: list[Cue], now: float) -> None:  # type: ignore[override]
        self.played += [cue.name for cue in cues if isinstance(cue, Sound)]


@pytest.fixture
def ends(monkeypatch: pytest.MonkeyPatch) -> Ends:
    monkeypatch.setenv("SDL_AUDIODRIVER", "dummy")
    ends = Ends(BOTS)
    ends.join(1)
    return ends


def context_of(ends: Ends) -> ScreenContext:
    return ScreenContext(Settings(), InputDevices(Keyboard(Settings().keys)), RecordingAudio(), ends.sessions[1])


def key(scancode: int, action: MenuAction | None = None, mod: int = 0, code: int = 0) -> UiEvent:
    return UiEvent(pygame.event.Event(pygame.KEYDOWN, scancode=scancode, key=code, mod=mod, unicode=""), action)


def letters(text: str) -> UiEvent:
    return UiEvent(pygame.event.Event(pygame.TEXTINPUT, text=text))


ENTER = key(pygame.KSCAN_RETURN, MenuAction.CONFIRM)


def test_the_match_is_drawn_before_and_in_a_round_and_plays_every_sound_once(ends: Ends) -> None:
    canvas, context = dummy_canvas((640, 360)), context_of(ends)
    screen = MatchScreen(context)
    screen.draw(canvas, ends.now)
    waiting = pixels(canvas)
    ends.start()
    for _ in range(200):
        ends.tick()
        for _ in range(2):  # a screen with twice as many pictures hears no sound twice
            canvas.begin()
            screen.draw(canvas, ends.now)
    assert pixels(canvas) != waiting
    assert isinstance(context.audio, RecordingAudio)
    assert context.audio.played[:4] == ["beep", "beep", "beep", "go"]
    assert context.audio.played.count("go") == 1


def test_the_music_of_a_match_is_that_of_the_lobby_until_its_round_begins_and_then_the_theme_of_its_map(
    ends: Ends,
) -> None:
    canvas, screen = dummy_canvas((640, 360)), MatchScreen(context_of(ends))
    screen.draw(canvas, ends.now)
    assert screen.music == LOBBY_MUSIC
    ends.start()
    ends.tick()
    screen.draw(canvas, ends.now)
    assert screen.music == MusicChoice(theme_of("small")), "calm: it is the countdown"
    for _ in range(120):
        for _ in range(30):
            ends.tick()
        screen.draw(canvas, ends.now)
        if Stem.DRUMS in screen.music.stems:
            break
    assert Stem.DRUMS in screen.music.stems, "three bots on a small map meet soon"


def test_without_a_session_the_match_screen_says_that_it_loads(ends: Ends) -> None:
    context = replace(context_of(ends), session=None)
    screen = MatchScreen(context)
    screen.tick(0.0)
    screen.draw(dummy_canvas((640, 360)), 0.0)


def inputs_of(data: bytes) -> list[Input]:
    """The Inputs in what a client sent."""
    messages = [decode(payload) for payload in Decoder(LIMIT_CLIENT).receive_data(data)]
    return [message for message in messages if isinstance(message, Input)]


def test_keys_are_sent_with_their_tick_when_they_change(ends: Ends) -> None:
    ends.start()
    context = context_of(ends)
    screen, link = MatchScreen(context), ends.sessions[1].link
    link.data_to_send()
    sent = []
    for tick in range(6):
        if tick == 1:
            context.devices.keyboard.handle_event(key(pygame.KSCAN_D).raw)
        elif tick == 4:
            context.devices.keyboard.release()
        screen.tick(ends.now)
        sent.append([(one.clock, one.keys) for one in inputs_of(link.data_to_send())])
    pressed, released = sent[1][0][0], sent[4][0][0]
    assert sent == [[], [(pressed, (Keys.RIGHT,))], [], [], [(released, (Keys.NONE,))], []]
    assert released - pressed == 3


def test_enter_opens_the_chat_line_and_enter_sends_it(ends: Ends) -> None:
    ends.start()
    context = context_of(ends)
    screen = MatchScreen(context)
    screen.handle_event(ENTER)
    assert (screen.typing, context.devices.are_blocked) == (True, True)
    screen.handle_event(letters("hello"))
    canvas = dummy_canvas((640, 360))
    screen.draw(canvas, ends.now)
    screen.handle_event(ENTER)
    assert (screen.typing, context.devices.are_blocked) == (False, False)
    ends.tick()
    assert [chat.text for chat in ends.sessions[1].chat.lines][-1] == "hello"


def test_back_closes_the_chat_line_and_sends_nothing(ends: Ends) -> None:
    ends.start()
    screen = MatchScreen(context_of(ends))
    screen.handle_event(ENTER)
    screen.handle_event(letters("never mind"))
    screen.handle_event(key(pygame.KSCAN_ESCAPE, MenuAction.BACK))
    assert not screen.typing
    ends.tick()
    assert "never mind" not in [chat.text for chat in ends.sessions[1].chat.lines]


def test_an_empty_chat_line_is_not_sent(ends: Ends) -> None:
    ends.start()
    screen = MatchScreen(context_of(ends))
    ends.sessions[1].link.data_to_send()
    for event in (ENTER, letters("   "), ENTER):
        screen.handle_event(event)
    assert ends.sessions[1].link.data_to_send() == b""


def test_space_and_alt_enter_open_no_chat_line(ends: Ends) -> None:
    screen = MatchScreen(context_of(ends))
    screen.handle_event(key(pygame.KSCAN_SPACE, MenuAction.CONFIRM))
    screen.handle_event(key(pygame.KSCAN_RETURN, mod=pygame.KMOD_LALT))
    assert not screen.typing


def test_t_opens_the_chat_line_unless_t_is_a_key_of_a_player(ends: Ends) -> None:
    context, t = context_of(ends), key(pygame.KSCAN_T, code=pygame.K_t)
    screen = MatchScreen(context)
    context.settings = replace(context.settings, keys=rebound(context.settings.keys, 1, "bomb", pygame.KSCAN_T))
    screen.handle_event(t)
    assert not screen.typing
    context.settings = Settings()
    screen.handle_event(t)
    assert screen.typing


def test_old_chat_is_not_shown_again(ends: Ends) -> None:
    ends.start()
    ends.sessions[1].send_chat("old")
    ends.tick()
    screen = MatchScreen(context_of(ends))
    ends.sessions[1].send_chat("new")
    ends.tick()
    assert [chat.text for chat in screen.chat.new_lines(ends.sessions[1].chat.lines)] == ["new"]
    assert screen.chat.new_lines(ends.sessions[1].chat.lines) == []


def alone_and_out(ends: Ends) -> tuple[ScreenContext, MatchScreen, ServerControl]:
    """On our own server, a few ticks after our player died."""
    ends.start()
    context = context_of(ends)
    control = context.own_server.control = ServerControl()
    control.set_alone(is_alone=True)
    control.set_round(Round(1, "arena", LAST_ONE_STANDING, 15, 13, (0, 1)))
    screen = MatchScreen(context)
    world = ends.room.world
    assert world
    ends.tick(world.rules.countdown + 1)
    world.players[0].died_at, world.players[0].health = world.tick, 0
    ends.tick(3)
    return context, screen, control


def watch(ends: Ends, screen: MatchScreen, seconds: float) -> None:
    """Look at so many pictures, as the loop would."""
    canvas = dummy_canvas((640, 360))
    for _ in range(round(seconds * 60)):
        ends.tick()
        screen.tick(ends.now)
        canvas.begin()
        screen.draw(canvas, ends.now)


FAST, SKIP = ControlOrder(ControlVerb.FAST, 1), ControlOrder(ControlVerb.SKIP, 1)


def test_once_only_bots_play_the_round_runs_fast_and_a_bomb_key_skips_it(ends: Ends) -> None:
    context, screen, control = alone_and_out(ends)
    watch(ends, screen, 1.0)
    context.devices.keyboard.handle_event(key(pygame.KSCAN_SPACE).raw)  # somebody hammers on as they fall
    watch(ends, screen, 0.5)
    assert control.take_orders() == [], "so long the end of ours is shown"
    watch(ends, screen, 1.0)
    assert control.take_orders() == [FAST], "a key that is held since then skips nothing"
    context.devices.keyboard.release()
    watch(ends, screen, CALM)
    context.devices.keyboard.handle_event(key(pygame.KSCAN_SPACE).raw)
    watch(ends, screen, 0.1)
    assert control.take_orders() == [SKIP]


def test_a_bomb_key_just_after_the_round_begins_to_run_fast_skips_nothing(ends: Ends) -> None:
    context, screen, control = alone_and_out(ends)
    watch(ends, screen, SHOWN + 0.1)
    context.devices.keyboard.handle_event(key(pygame.KSCAN_SPACE).raw)
    watch(ends, screen, CALM + 0.1)
    assert control.take_orders() == [FAST]


def test_a_match_under_a_menu_or_with_other_members_is_not_skipped(ends: Ends) -> None:
    context, screen, control = alone_and_out(ends)
    control.set_alone(is_alone=False)
    watch(ends, screen, 2.5)
    context.devices.keyboard.handle_event(key(pygame.KSCAN_SPACE).raw)
    watch(ends, screen, 0.1)
    assert control.take_orders() == []
    context.devices.keyboard.release()
    control.set_alone(is_alone=True)
    context.devices.are_blocked = True
    watch(ends, screen, 0.1)
    context.devices.keyboard.handle_event(key(pygame.KSCAN_SPACE).raw)
    watch(ends, screen, 0.1)
    assert SKIP not in control.take_orders()


def test_the_hint_is_drawn_once_the_key_works_and_not_before(ends: Ends) -> None:
    _, screen, control = alone_and_out(ends)

    def picture(is_alone: bool) -> bytes:
        canvas = dummy_canvas((640, 360))
        control.set_alone(is_alone)
        canvas.begin()
        screen.draw(canvas, ends.now)
        return pygame.image.tobytes(canvas.surface, "RGB")

    watch(ends, screen, 1.0)
    assert picture(is_alone=True) == picture(is_alone=False)
    watch(ends, screen, 1.5)
    assert picture(is_alone=True) != picture(is_alone=False)


def test_no_animation_moves_while_the_server_is_paused(ends: Ends) -> None:
    _, screen, control = alone_and_out(ends)
    session = ends.sessions[1]
    watch(ends, screen, 1.0)
    control.set_pace(Pace.PAUSED)
    session.server_pace = Pace.PAUSED
    canvas, seen = dummy_canvas((640, 360)), []
    session.link.data_to_send()
    for picture in range(300):  # five seconds, longer than words, sparks and marks are shown
        now = ends.now + picture / 60
        screen.tick(now)
        canvas.begin()
        screen.draw(canvas, now)
        seen.append(pixels(canvas))
    assert len(set(seen[3:])) == 1, "one snapshot may still be on its way into the picture"
    assert session.link.data_to_send() == b"", "a server that stands still has no use for Inputs"


def test_a_skipped_round_plays_no_sounds(ends: Ends) -> None:
    context, screen, _ = alone_and_out(ends)
    watch(ends, screen, 1.0)
    assert isinstance(context.audio, RecordingAudio)
    context.audio.played.clear()
    ends.sessions[1].server_pace = Pace.SKIP
    watch(ends, screen, 3.0)
    assert context.audio.played == []
    ends.sessions[1].server_pace = Pace.NORMAL
    watch(ends, screen, 3.0)
    assert context.audio.played != []
