"""Slow readers over real sockets, with the kernel's buffers between: what they see is not old."""

import pytest

from petard.shared.protocol.messages import Delta, Input, Keyframe, Loaded, Ping, Ready, Round
from petard.shared.protocol.state import State, apply_delta, state_from_keyframe
from petard.shared.rules.ruleset import TICK_RATE
from tests.server.loopback import LoopbackServer, RawClient, framed

SETTLED = 3.0  # seconds


def state_of(client: RawClient) -> State:
    """The newest state that a client has."""
    state, board = None, None
    for message in client.received:
        if isinstance(message, Round):
            board = message
        elif isinstance(message, Keyframe) and board:
            state = state_from_keyframe(message, board.width, board.height)
        elif isinstance(message, Delta) and state:
            state = apply_delta(state, message)
    assert state
    return state


@pytest.mark.parametrize("players", [1, 0], ids=["a player", "a spectator"])
def test_a_reader_of_six_bytes_a_tick_sees_the_present(loopback: LoopbackServer, players: int) -> None:
    ada, eve = loopback.member("Ada"), loopback.member("Eve")
    bob = loopback.member("Bob", read_buffer=4096, players=players)
    for client in (ada, eve, bob):
        client.send(Ready(True))
    loopback.until(lambda: bool(bob.all_of(Round)))
    for client in (ada, eve, bob):
        client.send(Loaded(1))
    bob.read_most, ages = 6, list[int]()
    for tick in range(1, 10 * TICK_RATE):
        if tick % 9 == 0:
            ada.send(Input(tick, (tick // 9 % 16,), ada.states))
            eve.send(Input(tick, (tick // 7 % 16,), eve.states))
        if tick % 30 == 0:
            bob.send(Ping(tick))
        loopback.update()
        if tick > SETTLED * TICK_RATE and tick % 10 == 0:
            ages.append(world_tick(loopback) - state_of(bob).tick)
    keyframe = max(len(framed(message)) for message in bob.received if isinstance(message, Keyframe)) / bob.read_most
    assert max(ages) < 2 * keyframe, "twice the ticks that a Keyframe takes on this line"
    assert sorted(ages)[len(ages) // 2] < TICK_RATE / 2
    assert len(ada.all_of(Delta)) >= 9 * TICK_RATE
    assert not bob.is_over


def world_tick(loopback: LoopbackServer) -> int:
    assert loopback.room.world
    return loopback.room.world.tick
