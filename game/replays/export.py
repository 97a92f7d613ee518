"""`python -m petard.game.replays.export FILE`: makes a film of a recorded match, off screen.

`petard-server replay export` starts it.

Rule 1: an error is one sentence on stderr and exit status 2; stdout gets one line with the name of the film.
Rule 2: the game itself draws, so a film looks as the match did; but a GIF has no shake and no flashes, which would
        change every pixel.
"""

import argparse
import os
import re
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")

import pygame

from petard.game.replays.encoders import GIF_MOST, CannotEncode, Size, spread, write_gif, write_mp4, write_pngs
from petard.game.ui.render.canvas import Canvas
from petard.game.ui.render.demo_renderer import OffscreenRenderer
from petard.game.ui.render.effects import Comfort
from petard.shared.demo.blocks import DemoError
from petard.shared.demo.reader import Demo, read_demo
from petard.shared.demo.time_format import MOMENT_FORMATS, parse_moment
from petard.shared.progress import ProgressBar, with_progress
from petard.shared.rules.ruleset import TICK_RATE

STEPS = {"gif": 3, "mp4": 2, "png-frames": 2}  # ticks from one picture to the next: 20 and 30 a second
DEFAULT_SIZE: dict[str, Size] = {"gif": (640, 360), "mp4": (1280, 720), "png-frames": (1280, 720)}
SUFFIXES = {"gif": ".gif", "mp4": ".mp4", "png-frames": "-frames"}
SAMPLES = 24  # pictures from which the colours of a GIF are chosen
SMALLEST, LARGEST = 160, 4096  # pixels


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """The film to be made. `start` and `end` are moments; `end` None: the end of the demo."""

    demo: Path
    kind: str  # a key of STEPS
    out: Path
    size: Size
    start: int = 0
    end: int | None = None
    plain: bool = False
    force: bool = False  # overwrite an existing film


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"petard-server: {message[:1].upper()}{message[1:]}{'' if message.endswith('.') else '.'}\n")


def main(words: Sequence[str] | None = None) -> int:
    """Make the film and return the exit status: 0, 2 after an error, 130 after Ctrl-C."""
    try:
        options = options_of(sys.argv[1:] if words is None else words)
        pictures = make(options)
    except (CannotEncode, DemoError) as problem:
        sys.stderr.write(f"petard-server: {problem}\n")
        return 2
    except KeyboardInterrupt:
        return 130
    finally:
        pygame.quit()
    sys.stdout.write(f"{options.out}: {pictures} pictures of {options.size[0]} x {options.size[1]}\n")
    return 0


def options_of(words: Sequence[str]) -> ExportOptions:
    """Read the command line; an error is one sentence on stderr and SystemExit(2)."""
    parser = _Parser(prog="petard-server replay export", description="Make a film of a recorded match.")
    add = parser.add_argument
    add("demo", type=Path, metavar="FILE", help="the recording")
    kind = parser.add_mutually_exclusive_group(required=True)
    kind.add_argument("--gif", dest="kind", action="store_const", const="gif", help="20 pictures a second")
    kind.add_argument("--mp4", dest="kind", action="store_const", const="mp4", help="30 pictures a second, no sound")
    kind.add_argument("--png-frames", dest="kind", action="store_const", const="png-frames", help="a folder of files")
    add("--from", dest="start", type=parse_moment, default=0, metavar="MOMENT", help=f"a moment: {MOMENT_FORMATS}")
    add("--to", dest="end", type=parse_moment, metavar="MOMENT", help="where it ends (default: at the end)")
    add("--size", type=_size, metavar="WxH", help="in pixels (default: 1280x720; of a GIF 640x360)")
    add("--plain", action="store_true", help="the board alone, with nothing written over it")
    add("-o", "--out", type=Path, metavar="OUT", help="the film (default: beside the recording)")
    add("--force", action="store_true", help="write over OUT if it is there already")
    given = parser.parse_args(words)
    out = given.out or given.demo.with_name(given.demo.stem + SUFFIXES[given.kind])
    size = given.size or DEFAULT_SIZE[given.kind]
    return ExportOptions(given.demo, given.kind, out, size, given.start, given.end, given.plain, given.force)


def _size(text: str) -> Size:
    found = re.fullmatch(r"(\d{3,4})x(\d{2,4})", text)
    size = (int(found[1]), int(found[2])) if found else (0, 0)
    if not found or not all(SMALLEST / 2 <= side <= LARGEST for side in size) or size[0] % 2 or size[1] % 2:
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is no size: write 1280x720, both even")
    return size


def make(options: ExportOptions) -> int:
    """Make the film and return the number of its pictures; raises CannotEncode or DemoError."""
    _check_out(options)
    demo = _read(options.demo)
    if demo.damage:
        sys.stderr.write(f"petard-server: {demo.damage}\n")
    end = min(demo.watch_length, demo.watch_length if options.end is None else options.end)
    if options.start >= end:
        seconds = f"The recording is {demo.watch_length / TICK_RATE:.1f} s long"
        raise CannotEncode(f"There is nothing between these two moments. {seconds}, {demo.watch_length} ticks.")
    moments = range(options.start, end, STEPS[options.kind])
    if options.kind == "gif" and len(moments) > GIF_MOST:
        raise CannotEncode(f"A GIF is at most {GIF_MOST * STEPS['gif'] // TICK_RATE} s long: take less, or --mp4.")
    canvas = _canvas(options.size)
    rate = TICK_RATE // STEPS[options.kind]
    bar = ProgressBar(len(moments), sys.stderr, time.monotonic)
    pictures = with_progress(drawn(demo, canvas, moments, options), bar)
    match options.kind:
        case "gif":
            write_gif(options.out, pictures, samples(demo, canvas, moments, options), rate)
        case "mp4":
            write_mp4(options.out, pictures, options.size, rate)
        case _:
            write_pngs(options.out, pictures)
    return len(moments)


def _check_out(options: ExportOptions) -> None:
    """Raise CannotEncode if `out` is a folder, or an existing file without --force."""
    if options.out.is_dir():
        raise CannotEncode(f"There is a folder {options.out.name} already.")
    if options.out.is_file() and not options.force:
        raise CannotEncode(f"{options.out} is there already; --force writes over it.")


def _canvas(size: Size) -> Canvas:
    """A window of the dummy driver, which is in memory only."""
    os.environ["SDL_VIDEODRIVER"] = "dummy"
    pygame.font.init()
    pygame.display.init()
    return Canvas(pygame.display.set_mode(size))


def _read(file: Path) -> Demo:
    try:
        return read_demo(file.read_bytes())
    except OSError as problem:
        raise CannotEncode(f"{file} cannot be read ({problem.strerror or type(problem).__name__}).") from None


def drawn(demo: Demo, canvas: Canvas, moments: Iterable[int], options: ExportOptions) -> Iterator[pygame.Surface]:
    """Yield the pictures of these moments, each on the same surface."""
    calm = options.kind == "gif"
    renderer = OffscreenRenderer(demo, Comfort(shake=not calm, flashes=not calm), options.start, options.plain)
    for moment in moments:
        canvas.begin()
        renderer.draw(canvas, moment)
        yield canvas.surface


def samples(demo: Demo, canvas: Canvas, moments: Sequence[int], options: ExportOptions) -> list[pygame.Surface]:
    """Return a few pictures from the whole film, each a surface of its own."""
    few = spread(moments[0], moments[-1], SAMPLES)
    return [picture.copy() for picture in drawn(demo, canvas, few, options)]


if __name__ == "__main__":
    sys.exit(main())
