"""Whether a player who is out, or a watcher, surely plays the next round. Pure.

Rule: what is not sure is not promised. The match may end with this round, and a seat may be taken.
"""

from collections.abc import Collection, Sequence

from petard.game.client.session import PLAYERS_MOST
from petard.shared.protocol.messages import Seat, Spectator
from petard.shared.rules.series import Series


def goes_on(seats: Sequence[Seat], living: Collection[int], number: int, rounds: int) -> bool:
    """True if the match has another round, no matter which of the `living` slots wins this one.

    `number`: of this round; `rounds`: how many count at most. Drawn rounds do not count, but nobody here knows how many
    there were: the wins of players who left are forgotten. So all rounds before this one are taken to have counted.
    """
    wins = {seat.slot: seat.wins for seat in seats if seat.wins}
    slots = [seat.slot for seat in seats]
    ends = [Series(rounds, {**wins, slot: wins.get(slot, 0) + 1}, number) for slot in living]
    return not any(end.is_over(slots) for end in [*ends, Series(rounds, wins, number)])


def has_chair(seats: Sequence[Seat], watchers: Sequence[Spectator], member: int, players: int) -> bool:
    """True if a member sits, or surely sits in the next round: a bot makes way for each of its `players`.

    Watchers who came before may be as many as sit at one computer, and take their chairs first.
    """
    if any(seat.member == member for seat in seats):
        return True
    before = sum(watcher.member < member for watcher in watchers)
    return sum(not seat.member for seat in seats) >= players + before * PLAYERS_MOST
