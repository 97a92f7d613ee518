"""The time of the picture: it holds for a moment at a kill, and runs slowly when the round is decided.

Rule 1: only what is shown is late, never the rules, the netcode or the keys. A player of this machine who lives is
        always drawn where the newest View has the body, so no key is answered later than without these effects.
Rule 2: a kill holds the particles, the body that was hit, and the one that did it, for STOP; flames, bombs, walls and
        all other bodies go on, since a picture of them that is late would kill people.
Rule 3: when a round is decided, the picture runs at SLOW for SLOW_TIME, then at CATCH_UP until it shows the newest View
        again. Nobody can win or lose anything by then.
Rule 4: `now` is an argument, in seconds; a View that does not follow the last one, as in a recording that is wound,
        is shown at once.
"""

from collections import deque
from collections.abc import Collection, Iterable
from dataclasses import replace
from itertools import pairwise

from petard.game.view.cues import Cue, PlayerDied
from petard.game.view.feats import Decided
from petard.game.view.sprites import SPIN
from petard.game.view.view import BombView, FlameView, PlayerView, View
from petard.shared.rules.ruleset import TICK_RATE

STOP = 4 / TICK_RATE  # seconds: four pictures
STOP_EVERY = 0.4  # a chain of kills holds once
EASE = 0.1  # in which the killer catches up
SLOW, SLOW_TIME = 0.3, 0.6  # the speed, and for how long, in seconds
CATCH_UP = 1.5  # the speed after it
CAUGHT_UP = SLOW_TIME + SLOW_TIME * (1 - SLOW) / (CATCH_UP - 1)  # seconds, from the decision on
LEAP = 2.0  # tiles; a killer who is farther from where the kill was seen is not held
FOLLOWS = 30  # ticks; a later View does not follow
VIEWS_MOST = 240  # that are kept while the picture is late


class PictureTime:
    """The time of the pictures of one round."""

    def __init__(self) -> None:
        self._stopped_at = -STOP_EVERY
        self._decided_at: float | None = None  # while the picture is late
        self._held: dict[int, PlayerView] = {}  # killers as they were at the kill
        self._late: deque[tuple[float, View]] = deque(maxlen=VIEWS_MOST)  # since the decision, each with its time
        self._last: View | None = None

    def handle_cues(self, cues: Iterable[Cue], now: float) -> None:
        for cue in cues:
            match cue:
                case PlayerDied(slot, by) if now - self._stopped_at >= STOP_EVERY:
                    self._stopped_at = now
                    bodies = self._last.players if self._last else ()
                    self._held = {body.slot: body for body in bodies if body.slot == by != slot}
                case Decided():
                    self._decided_at = now
                    self._late.clear()

    def at(self, now: float) -> float:
        """The time for particles, the shake and the flash: behind `now` while the picture holds or is slow."""
        return now - max(self._slow_lag(now), _stop_lag(now - self._stopped_at))

    def view(self, view: View, now: float, mine: Collection[int]) -> View:
        """What to show. `view`: the newest; `mine`: the slots of the players at this machine."""
        if self._last and not 0 <= view.tick - self._last.tick <= FOLLOWS:
            self._decided_at = None
        self._last = view
        return self._held_view(self._slow_view(view, now), now, mine)

    def settle(self) -> None:
        """Show the newest View from now on: the recording is paused."""
        self._decided_at, self._stopped_at = None, -STOP_EVERY

    def _slow_lag(self, now: float) -> float:
        since = -1.0 if self._decided_at is None else now - self._decided_at
        if not 0 <= since < CAUGHT_UP:
            return 0.0
        return since * (1 - SLOW) if since < SLOW_TIME else (CAUGHT_UP - since) * (CATCH_UP - 1)

    def _slow_view(self, view: View, now: float) -> View:
        lag = self._slow_lag(now)
        if self._decided_at is None or (lag <= 0 and now > self._decided_at):
            self._decided_at = None
            self._late.clear()
            return view
        self._late.append((now, view))
        for (then, older), (after, newer) in pairwise(self._late):
            if then <= now - lag < after:
                return between(older, newer, (now - lag - then) / (after - then))
        return self._late[0][1] if now - lag < self._late[-1][0] else view

    def _held_view(self, view: View, now: float, mine: Collection[int]) -> View:
        """The View in which who was hit spins STOP later, and the killer stands for STOP, then catches up."""
        share = min(1.0, max(0.0, 1 - (now - self._stopped_at - STOP) / EASE))
        held = {slot: body for slot, body in self._held.items() if share and slot not in mine}
        delay = STOP * TICK_RATE
        dying = any(not body.alive and view.tick - body.died_at < SPIN + delay for body in view.players)
        if not dying and not held:
            return view
        players = []
        for body in view.players:
            if not body.alive:
                body = replace(body, died_at=body.died_at + delay)
            elif body.slot in held:
                body = _nearer(body, held[body.slot], share)
            players.append(body)
        return replace(view, players=tuple(players))


def _stop_lag(since: float) -> float:
    return since if 0 <= since < STOP else STOP * max(0.0, 1 - (since - STOP) / EASE) if since >= STOP else 0.0


def _nearer(body: PlayerView, held: PlayerView, share: float) -> PlayerView:
    """The body, moved towards the place where it was held."""
    dx, dy = held.x - body.x, held.y - body.y
    return replace(body, x=body.x + dx * share, y=body.y + dy * share) if max(abs(dx), abs(dy)) < LEAP else body


def between(older: View, newer: View, part: float) -> View:
    """The View `part` (0 to 1) of the way from one to the next: bodies, bombs and what is left of flames move."""
    passed = (newer.tick - older.tick) * part
    ends = {body.slot: body for body in newer.players}
    players = (_nearer(body, ends.get(body.slot, body), part) for body in older.players)
    bombs: Iterable[BombView] = older.bombs
    if [bomb.owner for bomb in older.bombs] == [bomb.owner for bomb in newer.bombs]:
        pairs = zip(older.bombs, newer.bombs, strict=True)
        bombs = (_rolled(bomb, end, part) for bomb, end in pairs)
    flames = (FlameView(x, y, shape, max(0.0, left - passed)) for x, y, shape, left in older.flames)
    return replace(older, tick=older.tick + passed, players=tuple(players), bombs=tuple(bombs), flames=tuple(flames))


def _rolled(bomb: BombView, end: BombView, part: float) -> BombView:
    dx, dy = end.x - bomb.x, end.y - bomb.y
    if max(abs(dx), abs(dy)) >= 1.0:
        return bomb  # another one of the same owner
    left = bomb.ticks_left + (end.ticks_left - bomb.ticks_left) * part
    return replace(bomb, x=bomb.x + dx * part, y=bomb.y + dy * part, ticks_left=left)
