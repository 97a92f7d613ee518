"""Stage 7. The client does not wait for the server: it runs the same rules ahead, and corrects itself.

python stage7_predict.py play Ada 7106    a window; the server is that of stage 6, behind the proxy of delay.py
python stage7_predict.py drift            another player comes in the way. How wrong is the prediction?
python stage7_predict.py picture FILE     save one picture: predicted (full), and from the server (outline)
"""

import copy
import os
import sys
from collections import deque

import pygame

from rules import DOWN, RIGHT, World, new_world, step
from stage1_echo import connect
from stage2_frames import Frames, frame
from stage6_ticks import states
from window import draw, keys_held, open_window


class Prediction:
    """The world of one client: what the server said, and what will become of it by the keys that are on their way."""

    def __init__(self, name: str, world: World, correct: bool = True) -> None:
        self.name, self.correct = name, correct
        self.server, self.predicted = world, copy.deepcopy(world)
        self.on_the_way: deque[int] = deque()  # keys that were sent, and that the server had not used in `server`
        self.used = 0

    def press(self, keys: int) -> None:
        """Predict the next tick. Call it when the same keys are sent."""
        self.on_the_way.append(keys)
        step(self.predicted, {self.name: keys})

    def take(self, world: World) -> None:
        """Take a world from the server: go back to it, and run the keys on the way once more."""
        for _ in range(world["used"] - self.used):
            self.on_the_way.popleft()
        self.server, self.used = world, world["used"]
        if self.correct:  # without this line, one wrong guess stays wrong for ever
            self.predicted = copy.deepcopy(world)
            for keys in self.on_the_way:
                step(self.predicted, {self.name: keys})


def play(name: str, port: int) -> None:
    """Show the game until the window is closed: predicted squares, and outlines where the server says they are."""
    screen, clock, frames, prediction = open_window(), pygame.time.Clock(), Frames(), None
    with connect(port) as sock:
        sock.sendall(frame(f"join {name}".encode()))
        while not pygame.event.get(pygame.QUIT):
            for world in states(sock, frames):
                if prediction is None and name in world["players"]:
                    prediction = Prediction(name, world)
                elif prediction is not None:
                    prediction.take(world)
            if prediction is not None:
                keys = keys_held()
                sock.sendall(frame(f"keys {keys}".encode()))
                prediction.press(keys)
                draw(screen, prediction.predicted["players"], prediction.server["players"])
            clock.tick(60)


def meet(ticks: int, delay: int, correct: bool) -> tuple[Prediction, list[int]]:
    """Ada walks to the right, and Bo walks into her way: her client learns that `delay` ticks after the server.

    There are no sockets and no clock here: a message takes `delay` ticks, so each run gives the same. Return Ada's
    prediction after `ticks` ticks, and the error of each of her pictures: pixels from where the server then puts her.
    """
    server = new_world("Ada", "Bo")
    server["players"]["Bo"] = [180, 40]
    prediction = Prediction("Ada", {**copy.deepcopy(server), "used": 0}, correct)
    to_server, to_ada = deque[int](), deque[World]()
    pictures, errors = list[int](), list[int]()
    for tick in range(ticks):
        to_server.append(RIGHT if tick < 60 else 0)
        prediction.press(to_server[-1])
        pictures.append(prediction.predicted["players"]["Ada"][0])
        keys = {"Bo": DOWN if tick < 40 else 0}
        if len(to_server) > delay:
            keys["Ada"] = to_server.popleft()
        step(server, keys)
        if "Ada" in keys:
            errors.append(abs(server["players"]["Ada"][0] - pictures[len(errors)]))
        to_ada.append({**copy.deepcopy(server), "used": len(errors)})
        if len(to_ada) > delay:
            prediction.take(to_ada.popleft())
    return prediction, errors


def main(words: list[str]) -> None:
    match words:
        case ["play", name, port]:
            play(name, int(port))
        case ["drift"]:
            for correct in False, True:
                _, errors = meet(120, 3, correct)
                print(f"correction {correct}: the largest error is {max(errors)} pixels, the last {errors[-1]}")
        case ["picture", file]:
            os.environ["SDL_VIDEODRIVER"] = "dummy"
            prediction, _ = meet(28, 6, True)
            draw(open_window(), prediction.predicted["players"], prediction.server["players"])
            pygame.image.save(pygame.display.get_surface(), file)
        case _:
            print(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
