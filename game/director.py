"""Which screen is shown: the table of who follows whom, and the visit to a server that decides while there is one.

Rule 1: screens wish, the director answers; while we are on a server, what it does decides which screen is right.
Rule 2: no socket, no window and no clock here: visits are polled, screens are drawn, `now` comes in.
Rule 3: one visit at a time. Whoever ends it closes it, and with it the server of our own.
"""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import assert_never

import pygame

from assets import path
from game.arguments import Address, BadAddress, address_of
from game.child import Child, Options, Scene
from game.client.playback import Playback
from game.demos import Demos, demos_path
from game.net.connection import Connection
from game.net.line import Dial
from game.passwords import Passwords
from game.settings import ADDRESSES, Settings
from game.theatre import Theatre
from game.ticket import Pocket, Ticket
from game.ui.actions import MenuAction
from game.ui.canvas import Canvas
from game.ui.kit import Kit
from game.ui.netgraph import draw_bend
from game.ui.screens import (
    AskTakeOver,
    Delete,
    GoBack,
    Heard,
    HostGame,
    JoinAt,
    KeepClip,
    Pin,
    Play,
    Quit,
    Resume,
    Screen,
    TakeOver,
    ToJoin,
    ToOptions,
    ToReplays,
    ToTitle,
    Watch,
    Wish,
)
from game.ui.screens.join import Join
from game.ui.screens.lobby import LobbyScreen
from game.ui.screens.lost import Lost, Waiting
from game.ui.screens.match import MatchScreen
from game.ui.screens.options import Options as OptionsScreen
from game.ui.screens.password import PasswordScreen
from game.ui.screens.pause import Pause
from game.ui.screens.replay import ReplayScreen
from game.ui.screens.results import ResultsScreen
from game.ui.screens.take_over import TakeOverMenu
from game.ui.screens.title import Title
from game.ui.sign import draw_sign, draw_word, gives_up
from game.visit import Visit
from shared.protocol.messages import Phase
from shared.rules.ruleset import PRESETS

READY_EVERY = 60  # ticks between two offers of a bot on our seat to begin


class Director:
    """Shows one screen, and sometimes a menu over it."""

    def __init__(
        self,
        kit: Kit,
        canvas: Canvas,
        dial: Dial = Connection,
        pocket: Pocket | None = None,
        demos: Demos | None = None,
        passwords: Passwords | None = None,
    ) -> None:
        """`dial`: how lines to servers are made. `pocket`: where the way back into a game is kept; None: nowhere.

        `demos`: what was recorded; None: where servers of this person record. `passwords`: that are known already.
        """
        self.kit = kit
        self.goes_on = True
        self.screen: Screen = Title(kit)
        self.over: Screen | None = None  # the menu over a match
        self.visit: Visit | None = None
        self._canvas = canvas
        self._dial = dial
        self._pocket = pocket or Pocket(None)
        self._passwords = passwords or Passwords()
        self._theatre = Theatre(kit, demos or Demos(demos_path()))
        self._ticks = 0

    @property
    def top(self) -> Screen:
        """The screen that hears."""
        return self.over or self.screen

    @property
    def playing(self) -> bool:
        """True while keys and pads are for a match."""
        return self.over is None and isinstance(self.screen, MatchScreen) and not self.screen.typing

    def hear(self, all_heard: Iterable[Heard], now: float) -> None:
        """Tell the top screen; the way back out of a match is the menu over it."""
        for heard in all_heard:
            in_match = self.over is None and isinstance(self.screen, MatchScreen | ResultsScreen)
            if self.visit is not None and gives_up(self.visit.sign(now), heard):
                self.visit.give_up()
            elif self.visit is not None and _is_clip_key(heard):
                self._theatre.keep(now)
            elif in_match and heard.action is MenuAction.BACK and not self.screen.typing:
                self._cover()
            else:
                self.top.hear(heard)
            self._obey(now)

    def talk(self, now: float) -> None:
        """Exchange bytes with the server, and follow what it does."""
        if self.visit is not None:
            self.visit.poll(now)
            self.kit.invitation = self.visit.invitation
            self._follow(self.visit, now)
        self._theatre.turn(self.screen, now)

    def tick(self, now: float) -> None:
        """Pass 1/60 s."""
        self._ticks += 1
        self.screen.tick(now)
        if self.over is not None:
            self.over.tick(now)
        if self.kit.autopilot and self.visit and self._ticks % READY_EVERY == 0:
            self.visit.get_ready()
        self._obey(now)

    def draw(self, now: float) -> None:
        """Draw the screen, and what lies over it."""
        self.screen.draw(self._canvas, now)
        if self.over is not None:
            self.over.draw(self._canvas, now)
        sign = self.visit.sign(now) if self.visit is not None else None
        if sign is not None:
            button = "Start" if self.playing else "B"
            draw_sign(self._canvas, sign, button if self.kit.pads.names else "")
        if self.visit is not None:
            draw_bend(self._canvas, self.kit.bent, isinstance(self.screen, MatchScreen))
        if words := self._theatre.words(now):
            draw_word(self._canvas, words)

    def close(self, goodbye: bool = True) -> None:
        """Leave the server, if we are on one: for good, or without `goodbye`, and then there is a way back."""
        if self.visit is not None:
            if goodbye and self.visit.session.talk.is_in and not self.visit.is_own:
                self._pocket.drop()
            self.visit.close(goodbye)
        self.visit, self.kit.session, self.kit.invitation = None, None, ""

    def offer(self, now: float) -> None:
        """Offer the way back into a game on the title, for as long as there is one."""
        found = self._pocket.ticket()
        self.kit.back_until = now + found[1] if found else 0.0

    def watch(self, playback: Playback) -> None:
        """Show a recording."""
        self._show(ReplayScreen(self.kit, playback))

    # Wishes

    def _obey(self, now: float) -> None:
        wish, self.top.next = self.top.next, None
        if wish is not None:
            self.answer(wish, now)

    def answer(self, wish: Wish, now: float) -> None:
        """Do what a screen wishes for."""
        match wish:
            case Quit():
                self.goes_on = False
            case ToTitle():
                self.close()
                self.offer(now)
                self._show(Title(self.kit))
            case ToJoin() | ToOptions() | ToReplays() | Watch() | Pin() | Delete():
                self._show(self._screen_of(wish))
            case Resume() | KeepClip():
                self._uncover()
                if isinstance(wish, KeepClip):
                    self._theatre.keep(now)
            case AskTakeOver() | TakeOver():
                self._take_over(wish, now)
            case Play() | HostGame() | JoinAt() | GoBack():
                self._visit(wish, now)
            case _:
                assert_never(wish)

    def _visit(self, wish: Play | HostGame | JoinAt | GoBack, now: float) -> None:
        match wish:
            case Play():
                self._go(None, Child(own_server(self.kit.settings, for_friends=False), now), eager=True)
            case HostGame():
                self._go(None, Child(own_server(self.kit.settings, for_friends=True), now), eager=False)
            case JoinAt(text, password):
                self._join(text, password)
            case GoBack():
                self._go_back()

    def _take_over(self, wish: AskTakeOver | TakeOver, now: float) -> None:
        """Ask who wants to be whom in the recording that is shown, or go on in it on a server of our own."""
        if isinstance(wish, TakeOver):
            scene = Scene(Path(wish.source), wish.at, wish.slot, wish.echoes)
            options = Options(skill=self.kit.settings.skill, scene=scene)
            self._go(None, Child(options, now), eager=False, alone=True)
        elif isinstance(self.screen, ReplayScreen):
            self.over = TakeOverMenu(self.kit, self.screen.playback, self.screen.followed)

    def _screen_of(self, wish: ToJoin | ToOptions | ToReplays | Watch | Pin | Delete) -> Screen:
        match wish:
            case ToJoin(address):
                return Join(self.kit, address)
            case ToOptions():
                return OptionsScreen(self.kit)
            case _:
                return self._theatre.answer(wish)

    def _join(self, text: str, password: str) -> None:
        try:
            address = address_of(text)
        except BadAddress as problem:
            self.kit.notice = str(problem)
            self._show(Join(self.kit, text))
            return
        if password:
            self._passwords.keep(str(address), password)
        found = self._pocket.ticket(address)
        self._go(address, None, eager=False, ticket=found[0] if found else None)

    def _go_back(self) -> None:
        found = self._pocket.ticket()
        if found:
            self._go(found[0].address, None, eager=False, ticket=found[0])
        else:
            self.kit.notice = "The chair is not held any more. Join as before."

    def _go(
        self,
        address: Address | None,
        child: Child | None,
        eager: bool,
        ticket: Ticket | None = None,
        alone: bool = False,
    ) -> None:
        """Visit a server; `alone`: only one of the people at this computer plays."""
        self.close()
        eager = eager or self.kit.autopilot is not None
        settings = self.kit.settings
        if ticket:
            settings = replace(settings, name=ticket.name, players=ticket.players)
        if alone:
            settings = replace(settings, players=1)
        token, password = ticket.token if ticket else "", self._passwords.of(str(address or ""))
        self.visit = Visit(settings, address, child, eager, self._dial, token, password=password)
        self.kit.session = self.visit.session
        self._show(Waiting(self.kit))

    # What the server does

    def _remember(self, visit: Visit) -> None:
        """Keep the address of a server that has let us in, the last one first."""
        known = self.kit.settings.addresses
        place = str(visit.address)
        if visit.session.welcomed and not visit.is_own and known[:1] != (place,):
            known = (place, *(one for one in known if one != place))
            self.kit.settings = replace(self.kit.settings, addresses=known[:ADDRESSES])

    def _keep_ticket(self, visit: Visit, now: float) -> None:
        """As long as the server is heard, have with us what lets us in again."""
        session = visit.session
        if session.welcome and session.talk.is_in and not session.problem and visit.address and not visit.is_own:
            hello = session.talk.hello
            self._pocket.keep(Ticket(visit.address, hello.name, hello.players, session.welcome.token), now)

    def _follow(self, visit: Visit, now: float) -> None:
        self._remember(visit)
        self._keep_ticket(visit, now)
        if visit.problem:
            address = str(visit.address) if visit.address and not visit.is_own else ""
            self.close()
            self._show(self._after(visit, address))
            return
        kind = self._kind_for(visit)
        if not isinstance(self.screen, kind):
            last_picture = self._canvas.surface.copy()
            self._show(kind(self.kit))
            if isinstance(self.screen, ResultsScreen):
                self.screen.behind = last_picture
        if isinstance(self.screen, Waiting):
            self.screen.words = visit.words

    def _after(self, visit: Visit, address: str) -> Screen:
        """What follows a visit that is over; `address`: where it could be tried again, "" if nowhere."""
        talk = visit.session.talk
        if not (address and talk.wants_password):
            return Lost(self.kit, visit.problem, address, visit.session.welcomed)
        self._passwords.forget(address)
        return PasswordScreen(self.kit, address, visit.problem if talk.password else "")

    def _kind_for(self, visit: Visit) -> type[Waiting | LobbyScreen | MatchScreen | ResultsScreen]:
        lobby = visit.session.lobby
        if lobby is None or not visit.is_in:
            return Waiting
        if lobby.phase is Phase.LOBBY:
            return LobbyScreen
        # Who joins while results are shown has not heard them.
        return ResultsScreen if lobby.phase is Phase.RESULTS and visit.session.results else MatchScreen

    def _show(self, screen: Screen) -> None:
        self.screen = screen
        if not isinstance(screen, MatchScreen | ResultsScreen):
            self.over = None
        self.kit.covered = self.over is not None
        self.kit.keyboard.release()

    def _cover(self) -> None:
        self.over = Pause(self.kit)
        self.kit.covered = True
        self.kit.keyboard.release()

    def _uncover(self) -> None:
        self.over = None
        self.kit.covered = False
        self.kit.keyboard.release()


def _is_clip_key(heard: Heard) -> bool:
    return heard.event.type == pygame.KEYDOWN and heard.event.scancode == pygame.KSCAN_F9


def own_server(settings: Settings, for_friends: bool) -> Options:
    """What a server of our own shall play: what was chosen last, as far as it is to be had here.

    Against nobody there is no game, so a server without friends has a bot at least.
    """
    bots = settings.bots if for_friends else max(1, settings.bots)
    board = settings.map if path("maps", f"{settings.map}.txt").is_file() else ""
    rules = settings.rules if settings.rules in PRESETS else ""
    return Options(for_friends, bots, board, rules, settings.rounds, settings.skill, settings.away)
