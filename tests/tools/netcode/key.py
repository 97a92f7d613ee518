"""The time from a key press to a picture: one's own over the virtual network, another player's over real sockets.

Nothing is drawn: a picture counts from when the game knows what is in it.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

from petard.game.config.arguments import Address
from petard.game.config.settings import Settings
from petard.game.flow.server_connection import ServerConnection
from petard.shared.protocol.messages import Phase
from petard.shared.rules.ruleset import TICK_RATE
from petard.shared.rules.world import Direction, Keys
from petard.shared.ticker import Ticker
from tests.lan.lan import Lan
from tests.lan.quality import Quality

COMMAND = [
    sys.executable,
    "-m",
    "petard.server",
    "--host",
    "127.0.0.1",
    "--port",
    "0",
    "--ready",
    "json",
    "--map",
    "arena",
]
COMMAND += ["--drain", "0"]
FACING = {Keys.LEFT: Direction.LEFT, Keys.RIGHT: Direction.RIGHT}
SETTLED = 4.0  # seconds after which the countdown is over and the clients keep the pace of the server


def own_ticks(ping: int) -> int:
    """How many pictures late a key press is visible on one's own screen, at this ping in ms."""
    lan = Lan(*[Quality(delay=ping / 2000, jitter=0.002)] * 2)
    lan.start()
    ada = lan.clients[0]
    held = Keys.LEFT
    ada.keys = lambda: (held,)
    lan.run(SETTLED)
    late = 0
    for held in [Keys.RIGHT, Keys.LEFT] * 10:
        for one in lan.steps(0.25):
            if one is ada:
                view = ada.session.view(lan.now)
                assert view
                late += view.players[ada.session.room.my_slots[0]].facing != FACING[held]
    return late


@contextmanager
def _server() -> Iterator[int]:
    """Start a server in its own process; yield its port."""
    process = subprocess.Popen(COMMAND, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8")
    assert process.stdout
    try:
        yield json.loads(process.stdout.readline())["port"]
    finally:
        process.terminate()
        process.communicate()


def others_ms(presses: int) -> list[float]:
    """Milliseconds from a key press at one client to the picture of another client that shows it, over real sockets."""
    with _server() as port:
        visits = [
            ServerConnection(Settings(name=name), Address("127.0.0.1", port), None, eager=True)
            for name in ("Ada", "Bo")
        ]
        try:
            return list(_measured(visits[0], visits[1], presses))
        finally:
            for visit in visits:
                visit.close()


def _measured(ada: ServerConnection, bo: ServerConnection, presses: int) -> Iterator[float]:
    chance, held, pressed_at = Random(1), Keys.LEFT, 0.0
    now = time.monotonic()
    tickers = {ada: Ticker(now), bo: Ticker(now + chance.random() / TICK_RATE)}
    starts_at, change_at = now + SETTLED + 4.0, 0.0
    while presses:
        time.sleep(max(0.0, min(ticker.until_next(time.monotonic()) for ticker in tickers.values())))
        for visit, ticker in tickers.items():
            now = time.monotonic()
            due = ticker.due(now)
            if not due:
                continue
            if visit is ada and now > max(starts_at, change_at) and not pressed_at:
                held, pressed_at = Keys.LEFT + Keys.RIGHT - held, now
            for _ in range(due):
                visit.session.send_keys((held,))
            visit.poll(now)
            ticker.set_pace(visit.session.clock_rate, now)
            if visit is bo and pressed_at and _is_seen(bo, ada, held):
                yield 1000 * (time.monotonic() - pressed_at)
                change_at, pressed_at = now + 0.1 + 0.2 * chance.random(), 0.0
                presses -= 1


def _is_seen(bo: ServerConnection, ada: ServerConnection, held: int) -> bool:
    lobby, view = bo.session.room.lobby, bo.session.view(time.monotonic())
    if lobby is None or lobby.phase is not Phase.PLAYING or view is None:
        return False
    body = next(player for player in view.players if player.slot == ada.session.room.my_slots[0])
    return body.facing == FACING[held]
