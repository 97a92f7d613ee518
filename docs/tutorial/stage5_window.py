"""Stage 5. A window: squares that walk, one for each client. Each client decides where its own is.

python stage5_window.py serve             the server
python stage5_window.py play Ada          a window; start two. Arrow keys walk
python stage5_window.py play Ada block    the mistake: recv() waits, and the window with it
python stage5_window.py measure           how many pictures a second, without and with the mistake?
python stage5_window.py cheat             a client says that it is somewhere else
python stage5_window.py picture FILE      save one picture (PNG), without a window
"""

import contextlib
import os
import select
import socket
import sys
import threading
import time

import pygame

from stage1_echo import connect, listen, start
from stage2_frames import Frames, frame
from stage4_room import serve  # the room of stage 4: what one client sends, all others receive
from window import arrows, draw, open_window

PORT, SPEED = 7005, 3  # SPEED: pixels in each picture
Squares = dict[str, tuple[int, int]]  # where each square is, by name


def receive(sock: socket.socket, frames: Frames, squares: Squares, block: bool = False) -> None:
    """Read what has come, and put it into `squares`. It waits only with `block`: that is the mistake."""
    if not block and not select.select([sock], [], [], 0)[0]:  # 0: look, and do not wait
        return
    with contextlib.suppress(TimeoutError):
        for message in frames.feed(sock.recv(4096)):
            words = message.decode().split()
            if len(words) == 3:  # the room also says "* a client left"
                squares[words[0]] = int(words[1]), int(words[2])


def play(name: str, port: int, block: bool = False, seconds: float = 1e9) -> int:
    """Show the game until the window is closed, or for `seconds`. Return how many pictures were drawn."""
    screen, clock, pictures = open_window(), pygame.time.Clock(), 0
    squares, frames, end = {name: (60, 160)}, Frames(), time.monotonic() + seconds
    with connect(port) as sock:
        while time.monotonic() < end and not pygame.event.get(pygame.QUIT):
            x, y = squares[name]
            dx, dy = arrows()
            squares[name] = x + SPEED * dx, y + SPEED * dy
            if dx or dy:
                sock.sendall(frame("{} {} {}".format(name, *squares[name]).encode()))
            receive(sock, frames, squares, block)
            draw(screen, squares)
            pictures += 1
            clock.tick(60)
    return pictures


def measure(block: bool) -> int:
    """Return how many pictures a client draws in a second in which another client moves twice."""
    os.environ["SDL_VIDEODRIVER"] = "dummy"
    port, is_over = start(serve), threading.Event()

    def walk() -> None:
        with connect(port) as other:
            while not is_over.wait(0.5):
                other.sendall(frame(b"Bo 200 100"))

    threading.Thread(target=walk, daemon=True).start()
    pictures = play("Ada", port, block, seconds=1.0)
    is_over.set()
    return pictures


def cheat() -> list[tuple[int, int]]:
    """Ada says that she is here, then that she is there. Return where Bo sees her."""
    port, squares, seen = start(serve), dict[str, tuple[int, int]](), list[tuple[int, int]]()
    with connect(port) as ada, connect(port) as bo:
        bo.sendall(frame(b"Bo 300 160"))
        ada.recv(1000)  # now Bo is in the room
        frames = Frames()
        for place in b"60 160", b"440 320":
            ada.sendall(frame(b"Ada " + place))
            receive(bo, frames, squares, block=True)
            seen.append(squares["Ada"])
    return seen


def main(words: list[str]) -> None:
    match words:
        case ["serve"]:
            serve(listen(PORT))
        case ["play", name, *block]:
            play(name, PORT, bool(block))
        case ["measure"]:
            print(f"recv() that does not wait: {measure(False)} pictures; recv() that waits: {measure(True)} pictures")
        case ["cheat"]:
            print("Bo sees Ada at {}, and one message later at {}".format(*cheat()))
        case ["picture", file]:
            os.environ["SDL_VIDEODRIVER"] = "dummy"
            draw(open_window(), {"Ada": (60, 160), "Bo": (300, 160)})
            pygame.image.save(pygame.display.get_surface(), file)
        case _:
            print(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
