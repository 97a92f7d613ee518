"""For a player who is out: where the camera looks, whether only bots play, and whether there is a seat next round.

Rule 1: a fight is measured by how close the other bodies, bombs and flames are. Distances are in tiles, as walked.
Rule 2: the camera stays with one body for STAY at least, unless that body is out, and leaves it only for a fight that
        is clearly better: a spectator wants to see how a fight ends.
Rule 3: nothing uncertain is promised: the match may end with this round, and a seat may be taken.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from types import MappingProxyType

from petard.game.view.view import NEVER, PlayerView, View
from petard.shared.protocol.field_types import PLAYERS_MOST
from petard.shared.protocol.messages import Seat, Spectator
from petard.shared.rules.series import Series

NO_SIDES: Mapping[int, int] = MappingProxyType({})
NEAR = 7.0  # tiles; bodies that are farther away fight others
BODY_WORTH, BOMB_WORTH, FLAME_WORTH = NEAR / 2, 2.0, 0.5  # of another body, a bomb, a flame at the same place
BETTER = 1.4  # the camera changes to a fight whose score is higher by this factor
STAY = 90  # ticks
AFTER_END = 45  # ticks that the camera still looks at the place of a death
LOOK_EVERY = 15  # ticks; with 64 bodies one look takes a millisecond
SHOWN = 2.0  # seconds: how long a death is shown: the deadly tile is marked, and nothing runs faster yet
CALM = 0.7  # seconds after that in which a press does not skip yet: people still press their keys when they die


class FightFinder:
    """Chooses the player that the camera follows. One for each round."""

    def __init__(self) -> None:
        self._slot = -1  # of the body that is followed
        self._since = NEVER  # when that began, a tick
        self._looked_at = NEVER

    def target(self, view: View) -> tuple[float, float] | None:
        """Where to look, in tiles; None if no body is left."""
        if view.tick < self._looked_at:  # a recording was rewound
            self._slot = -1
        followed = next((body for body in view.players if body.slot == self._slot), None)
        if followed is None or not followed.alive or view.tick >= self._looked_at + LOOK_EVERY:
            self._looked_at = view.tick
            if followed is None or not self._stays_with(followed, view.tick):
                followed = self._best_fight(view, followed)
        return (followed.x, followed.y) if followed else None

    def _stays_with(self, followed: PlayerView, tick: float) -> bool:
        return tick - self._since < STAY if followed.alive else tick - followed.died_at < AFTER_END

    def _best_fight(self, view: View, followed: PlayerView | None) -> PlayerView | None:
        living = [body for body in view.players if body.alive]
        best = max(living, key=lambda body: (fight_score(body, view), -body.slot), default=followed)
        if followed and followed.alive and best and fight_score(best, view) <= BETTER * fight_score(followed, view):
            return followed
        if best and best.slot != self._slot:
            self._slot, self._since = best.slot, view.tick
        return best


def fight_score(body: PlayerView, view: View) -> float:
    """How interesting the place around a body is."""

    def sum_near(places: Iterable[tuple[float, float]]) -> float:
        """Each counts 1 at the same place, down to 0 at a distance of NEAR."""
        return sum(max(0.0, NEAR - abs(body.x - x) - abs(body.y - y)) for x, y in places) / NEAR

    others = sum_near((other.x, other.y) for other in view.players if other.alive and other.slot != body.slot)
    bombs = sum_near((bomb.x, bomb.y) for bomb in view.bombs)
    flames = sum_near((flame.x + 0.5, flame.y + 0.5) for flame in view.flames)
    return BODY_WORTH * others + BOMB_WORTH * bombs + FLAME_WORTH * flames


class BotsOnly:
    """Whether only bots still play, as seen from this machine. One for each round; update it with every picture."""

    def __init__(self) -> None:
        self._since: float | None = None  # when the last of us died; None while one lives
        self.may_skip = False  # a key pressed now means: skip the rest

    def update(self, view: View, my_slots: Collection[int], now: float) -> bool:
        """True once all our players have been out for SHOWN seconds, in a round that is not decided yet.

        Who comes back is not out.
        """
        living = staying(view)
        if view.go_in > 0 or len(living) < 2 or any(slot in my_slots for slot in living):
            self._since, self.may_skip = None, False
            return False
        if self._since is None:
            self._since = now
        self.may_skip = now - self._since >= SHOWN + CALM
        return now - self._since >= SHOWN


def staying(view: View) -> list[int]:
    """The slots of the living, and of the dead who come back."""
    return [player.slot for player in view.players if player.alive or player.back_in >= 0]


def may_win(view: View) -> list[int]:
    """The slots that may win the round: of those who are not out, and once it is decided, of the winner.

    The winner may have died in the same tick as the others.
    """
    if view.ending:
        return [view.ending.winner] if view.ending.winner >= 0 else []
    return staying(view)


def has_next_round(
    seats: Sequence[Seat], living: Collection[int], number: int, rounds: int, sides: Mapping[int, int] = NO_SIDES
) -> bool:
    """True if the match has another round, no matter which of the `living` slots wins this one.

    `number`: of this round; `rounds`: how many count at most; `sides`: that win together, by slot. Drawn rounds do not
    count, but a client does not know how many there were: the wins of players who left are forgotten. So it takes all
    rounds before this one as counted.
    """
    wins = {seat.slot: seat.wins for seat in seats if seat.wins}
    slots = [seat.slot for seat in seats]
    together = dict(sides)
    ends = [Series(rounds, wins, number, sides=together)]
    if living:  # if any of them ends the match, the one with the most wins does
        best = max(living, key=lambda slot: wins.get(slot, 0))
        ends.append(Series(rounds, {**wins, best: wins.get(best, 0) + 1}, number, sides=together))
    return not any(end.is_over(slots) for end in ends)


def has_seat(seats: Sequence[Seat], spectators: Sequence[Spectator], member: int, players: int) -> bool:
    """True if a member sits, or certainly sits in the next round: a bot makes way for each of its `players`.

    Earlier spectators may be PLAYERS_MOST people each, and get their seats first.
    """
    if any(seat.member == member for seat in seats):
        return True
    before = sum(one.member < member for one in spectators)
    return sum(not seat.member for seat in seats) >= players + before * PLAYERS_MOST
