"""`python -m petard.game.replays.export FILE`: makes a film of a recorded match, off screen, or a page that plays it.

`petard-server replay export` starts it.

Rule 1: an error is one sentence on stderr and exit status 2; stdout gets one line with the name of the film.
Rule 2: the game itself draws, so a film looks as the match did; but a GIF has no shake and no flashes, which would
        change every pixel.
Rule 3: pictures are drawn one by one, so memory stays small; a GIF holds all of them, and GIF_MOST limits their number.
"""

import argparse
import os
import re
import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")

import pygame

from petard.game.config.arguments import SentenceParser
from petard.game.replays.encoders import CannotEncode, Size, check_new_folder, write_gif, write_mp4, write_pngs
from petard.game.replays.page_file import page_of
from petard.game.replays.page_stream import MatchStream
from petard.game.ui.render.canvas import Canvas
from petard.game.ui.render.demo_renderer import OffscreenRenderer
from petard.game.ui.render.effects import Comfort
from petard.shared.demo.blocks import DemoError
from petard.shared.demo.dump import MOMENT_FORMATS, parse_moment
from petard.shared.demo.reader import Demo, read_demo
from petard.shared.demo.records import OPENED, RECORDING_MOST
from petard.shared.files import FileProblem, check_target, read_file, shown_path, write_file
from petard.shared.progress import with_progress
from petard.shared.rules.ruleset import TICK_RATE
from petard.shared.standard_streams import standard_streams
from petard.shared.user_folders import BadPath, file_path, new_file

GIF_MOST = 1200  # pictures, one minute
SAMPLES = 24  # pictures from which the colours of a GIF are chosen
SMALLEST, LARGEST = 160, 4096  # pixels


class FilmKind(NamedTuple):
    """One kind of film. `step`: ticks from one picture to the next; `size`: the default; `suffix`: of its name."""

    step: int
    size: Size
    suffix: str
    help: str


KINDS = {
    "gif": FilmKind(3, (640, 360), ".gif", "20 pictures a second"),
    "mp4": FilmKind(2, (1280, 720), ".mp4", "30 pictures a second, no sound"),
    "png-frames": FilmKind(2, (1280, 720), "-frames", "a folder of files"),
    "html": FilmKind(1, (0, 0), ".html", "one page that plays it in a browser, without a network"),
}


def main(words: Sequence[str] | None = None) -> int:
    """Make the film and return the exit status: 0, 2 after an error, 130 after Ctrl-C."""
    with standard_streams():
        return _export(sys.argv[1:] if words is None else words)


def _export(words: Sequence[str]) -> int:
    try:
        options = options_of(words)
        made = make_page(options) if options.kind == "html" else f"{make(options)} pictures of {{}} x {{}}"
    except (CannotEncode, DemoError, FileProblem) as problem:
        sys.stderr.write(f"petard-server: {problem}{'.' if isinstance(problem, FileProblem) else ''}\n")
        return 2
    except KeyboardInterrupt:
        return 130
    finally:
        pygame.quit()
    sys.stdout.write(f"{shown_path(options.out)}: {made.format(*options.size)}\n")
    return 0


def options_of(words: Sequence[str]) -> argparse.Namespace:
    """Read the command line; an error is one sentence on stderr and SystemExit(2).

    `start` and `end` are moments (`end` None: the end of the demo); `kind` is a key of KINDS.
    """
    parser = SentenceParser(prog="petard-server replay export", description="Make a film of a recorded match.")
    add = parser.add_argument
    add("demo", type=file_path, metavar="FILE", help="the recording")
    kind = parser.add_mutually_exclusive_group(required=True)
    for name, one in KINDS.items():
        kind.add_argument(f"--{name}", dest="kind", action="store_const", const=name, help=one.help)
    add("--from", dest="start", type=parse_moment, default=0, metavar="MOMENT", help=f"a moment: {MOMENT_FORMATS}")
    add("--to", dest="end", type=parse_moment, metavar="MOMENT", help="where it ends (default: at the end)")
    add("--size", type=_size, metavar="WxH", help="in pixels (default: 1280x720; of a GIF 640x360)")
    add("--plain", action="store_true", help="the board alone, with nothing written over it")
    add("-o", "--out", metavar="OUT", help="the film (default: beside the recording)")
    add("--force", action="store_true", help="write over OUT if it is there already")
    given = parser.parse_args(words)
    if given.kind == "html" and (given.size or given.plain):
        parser.error("--size and --plain are for films: a page fits every window")
    try:
        named = given.out if given.out is None else (file_path if given.kind == "png-frames" else new_file)(given.out)
    except BadPath as problem:
        parser.error(f"argument --out: {problem}")
    given.out = named or given.demo.parent / (given.demo.stem + KINDS[given.kind].suffix)
    given.size = given.size or KINDS[given.kind].size
    return given


def _size(text: str) -> Size:
    found = re.fullmatch(r"(\d{3,4})x(\d{2,4})", text)
    size = (int(found[1]), int(found[2])) if found else (0, 0)
    if not found or not all(SMALLEST / 2 <= side <= LARGEST for side in size) or size[0] % 2 or size[1] % 2:
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is no size: write 1280x720, both even")
    return size


def _opened(options: argparse.Namespace) -> tuple[Demo, int]:
    """Check the output, and return the demo and the moment at which the film ends."""
    if options.kind == "png-frames":
        check_new_folder(options.out)
    else:
        check_target(options.out, options.force)
    demo = read_demo(read_file(options.demo, RECORDING_MOST))
    if demo.damage:
        sys.stderr.write(f"petard-server: {demo.damage}\n")
    end = min(demo.watch_length, demo.watch_length if options.end is None else options.end)
    if options.start >= end:
        seconds = f"The recording is {demo.watch_length / TICK_RATE:.1f} s long"
        raise CannotEncode(f"There is nothing between these two moments. {seconds}, {demo.watch_length} ticks.")
    return demo, end


def make_page(options: argparse.Namespace) -> str:
    """Write the page and return what it is, in a few words; raises CannotEncode, DemoError or FileProblem."""
    demo, end = _opened(options)
    stream = MatchStream(demo, options.start, end)
    deque(with_progress(stream.pieces(), (end - options.start) // OPENED + 1, sys.stderr, time.monotonic), 0)
    if stream.damage:
        sys.stderr.write(f"petard-server: {stream.damage}\n")
    page = page_of(demo.header, stream).encode()
    write_file(options.out, page, options.force)
    outline = stream.outline
    rounds, kills = len(outline.rounds), len(outline.kills)
    return f"{outline.length / TICK_RATE:.1f} s, {rounds} rounds, {kills} kills, {len(page) / 1000:.0f} kB"


def make(options: argparse.Namespace) -> int:
    """Make the film and return the number of its pictures; raises CannotEncode, DemoError or FileProblem."""
    demo, end = _opened(options)
    kind = KINDS[options.kind]
    moments, rate = range(options.start, end, kind.step), TICK_RATE // kind.step
    if options.kind == "gif" and len(moments) > GIF_MOST:
        raise CannotEncode(f"A GIF is at most {GIF_MOST // rate} s long: take less, or --mp4.")
    os.environ["SDL_VIDEODRIVER"] = "dummy"  # a window in memory only
    pygame.font.init()
    pygame.display.init()
    canvas = Canvas(pygame.display.set_mode(options.size))
    pictures = with_progress(drawn(demo, canvas, moments, options), len(moments), sys.stderr, time.monotonic)
    match options.kind:
        case "gif":
            write_gif(options.out, pictures, samples(demo, canvas, moments, options), rate, options.force)
        case "mp4":
            write_mp4(options.out, pictures, options.size, rate, options.force)
        case _:
            write_pngs(options.out, pictures)
    return len(moments)


def drawn(demo: Demo, canvas: Canvas, moments: Iterable[int], options: argparse.Namespace) -> Iterator[pygame.Surface]:
    """Yield the pictures of these moments, each on the same surface."""
    calm = options.kind == "gif"
    renderer = OffscreenRenderer(demo, Comfort(shake=not calm, flashes=not calm), options.start, options.plain)
    for moment in moments:
        canvas.begin()
        renderer.draw(canvas, moment)
        yield canvas.surface


def samples(demo: Demo, canvas: Canvas, moments: Sequence[int], options: argparse.Namespace) -> list[pygame.Surface]:
    """Return a few pictures, evenly spread over the film, each a surface of its own."""
    length = moments[-1] - moments[0]
    few = sorted({moments[0] + length * place // (SAMPLES - 1) for place in range(SAMPLES)})
    return [picture.copy() for picture in drawn(demo, canvas, few, options)]


if __name__ == "__main__":
    sys.exit(main())
