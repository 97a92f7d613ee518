"""Whether somebody who is out, or only watches, surely plays the next round. Pure.

Rule: what is not sure is not promised. The match may end with this round, and a chair may be taken.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace

from shared.protocol.messages import Seat, Watcher
from shared.rules.series import REPLAYS, Series

PLAYERS_MOST = 4  # at one computer


def goes_on(seats: Sequence[Seat], living: Collection[int], number: int, rounds: int) -> bool:
    """True if the match has another round, whoever of the `living` slots wins this one.

    `number`: of this round; `rounds`: how many count at most.
    """
    wins = {seat.slot: seat.wins for seat in seats if seat.wins}
    won = sum(wins.values())
    draws = max(0, number - 1 - won)
    counted = won + draws // (REPLAYS + 1)  # a draw counts when even the decider was one
    slots = [seat.slot for seat in seats]
    ends = [replace(Series(rounds, wins, counted), wins={**wins, slot: wins.get(slot, 0) + 1}) for slot in living]
    ends += [Series(rounds, wins, counted)] if draws >= REPLAYS else []
    return not any(replace(end, counted=counted + 1).is_over(slots) for end in ends)


def has_chair(seats: Sequence[Seat], watchers: Sequence[Watcher], member: int, players: int) -> bool:
    """True if a member sits, or surely sits in the next round: a bot makes way for each of its `players`.

    Watchers who came before may be as many as sit at one computer, and take their chairs first.
    """
    if any(seat.member == member for seat in seats):
        return True
    before = sum(watcher.member < member for watcher in watchers)
    return sum(not seat.member for seat in seats) >= players + before * PLAYERS_MOST
