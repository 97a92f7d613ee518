"""Stage 6. The server decides. Clients send the keys that are held; 60 times a second the server makes one step.

python stage6_ticks.py serve       the server
python stage6_ticks.py play Ada    a window; start two. Arrow keys walk
python stage6_ticks.py cheat       a client asks for more than the rules allow
python stage6_ticks.py still       no client sends anything. Does time pass?
python stage6_ticks.py delay       how many ticks from a key to the picture, with a ping of 0 and of 100 ms?
"""

import json
import select
import socket
import sys
import time

import pygame

from delay import delayed
from player import Player
from rules import TICK, World, new_world, step
from stage1_echo import connect, listen, start
from stage2_frames import Frames, frame
from window import draw, keys_held, open_window

PORT = 7006


def serve(listener: socket.socket) -> None:
    """Make a step every 1/60 s, whatever comes or does not come, and send each player the new world."""
    world, players, due = new_world(), list[Player](), time.monotonic()
    while True:
        due += TICK
        while (left := due - time.monotonic()) > 0:
            by_sock = {player.sock: player for player in players if not player.is_gone}
            for sock in select.select([listener, *by_sock], [], [], left)[0]:
                if sock is listener:
                    players.append(Player(listener.accept()[0]))
                else:
                    by_sock[sock].read(world)
        step(world, {player.name: player.next_keys() for player in players})
        for player in players:
            player.send(json.dumps({**world, "used": player.used}).encode())
            player.flush()
        for gone in [player for player in players if player.is_gone]:
            players.remove(gone)
            gone.sock.close()
            world["players"].pop(gone.name, None)


def states(sock: socket.socket, frames: Frames, wait: float = 0.0) -> list[World]:
    """Return the worlds that came from the server by now; wait up to `wait` seconds for the first bytes."""
    if not select.select([sock], [], [], wait)[0]:
        return []
    return [json.loads(message) for message in frames.feed(sock.recv(65536))]


def play(name: str, port: int) -> None:
    """Show the game until the window is closed. The client draws what the server says, and nothing else."""
    screen, clock, frames = open_window(), pygame.time.Clock(), Frames()
    with connect(port) as sock:
        sock.sendall(frame(f"join {name}".encode()))
        while not pygame.event.get(pygame.QUIT):
            sock.sendall(frame(f"keys {keys_held()}".encode()))
            for world in states(sock, frames):
                draw(screen, world["players"])
            clock.tick(60)


def ask(messages: bytes, ticks: int, ms: int = 0) -> list[World]:
    """Join as Ada, wait for the first world, send the messages. Return the worlds of the next `ticks` ticks."""
    frames, worlds = Frames(), list[World]()
    with connect(delayed(start(serve), ms)) as sock:
        sock.sendall(frame(b"join Ada"))
        while not worlds or "Ada" not in worlds[-1]["players"]:
            worlds = states(sock, frames, wait=5)
        first = worlds[-1]["tick"]
        sock.sendall(messages)
        while worlds[-1]["tick"] < first + ticks:
            worlds += states(sock, frames, wait=5)
    return [world for world in worlds if world["tick"] >= first]


def ticks_to_picture(ms: int) -> int:
    """Return how many ticks pass from the press of a key to the first world in which Ada has moved."""
    worlds = ask(frame(b"keys 2"), 30, ms)
    return next(index for index, world in enumerate(worlds) if world["players"]["Ada"] != [60, 160])


def main(words: list[str]) -> None:
    match words:
        case ["serve"]:
            serve(listen(PORT))
        case ["play", name, *port]:
            play(name, int(port[0]) if port else PORT)
        case ["cheat"]:
            far = ask(frame(b"keys 2") * 50, 10)[-1]["players"]["Ada"]
            print(f"50 presses in one piece: in 10 ticks Ada went from 60 to {far[0]} pixels")
        case ["still"]:
            begin = time.monotonic()
            ask(b"", 60)
            print(f"60 ticks without a message took {time.monotonic() - begin:.1f} s")
        case ["delay"]:
            print(*(f"ping {ms} ms: picture after tick {ticks_to_picture(ms)}" for ms in (0, 100)), sep="; ")
        case _:
            print(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
