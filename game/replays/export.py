"""`python -m petard.game.replays.export FILE`: makes a film of a recorded match, off screen.

`petard-server replay export` starts it.

Rule 1: an error is one sentence on stderr and exit status 2; stdout gets one line with the name of the film.
Rule 2: the game itself draws, so a film looks as the match did; but a GIF has no shake and no flashes, which would
        change every pixel.
Rule 3: pictures are drawn one by one, so memory stays small; a GIF holds all of them, and GIF_MOST limits their number.
Rule 4: a film is written under another name and renamed when it is complete; an incomplete one is removed.
Rule 5: Pillow and imageio-ffmpeg are the extra `video`; only this file imports them, and it says what to install.
"""

import argparse
import os
import re
import shutil
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")

import pygame

from petard.game.config.arguments import SentenceParser
from petard.game.ui.render.canvas import Canvas
from petard.game.ui.render.demo_renderer import OffscreenRenderer
from petard.game.ui.render.effects import Comfort
from petard.shared.demo.blocks import DemoError
from petard.shared.demo.dump import MOMENT_FORMATS, parse_moment
from petard.shared.demo.reader import Demo, read_demo
from petard.shared.progress import with_progress
from petard.shared.rules.ruleset import TICK_RATE
from petard.shared.standard_streams import standard_streams

try:
    from PIL import Image
except ImportError:
    Image = None
try:
    import imageio_ffmpeg
except ImportError:
    imageio_ffmpeg = None

GIF_MOST = 1200  # pictures, one minute
COLOURS = 255  # in a GIF; one more stands for pixels that have not changed
MISSING = "For {} there is something to install first: pip install 'petard[video]'"
QUALITY = 7  # of an MP4, 0 to 10
QUICK = ["-preset", "veryfast", "-movflags", "+faststart"]
Size = tuple[int, int]
SAMPLES = 24  # pictures from which the colours of a GIF are chosen
SMALLEST, LARGEST = 160, 4096  # pixels


class CannotEncode(Exception):
    """A film could not be made; the text is one sentence that says why."""


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
}


def main(words: Sequence[str] | None = None) -> int:
    """Make the film and return the exit status: 0, 2 after an error, 130 after Ctrl-C."""
    with standard_streams():
        return _export(sys.argv[1:] if words is None else words)


def _export(words: Sequence[str]) -> int:
    try:
        options = options_of(words)
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


def options_of(words: Sequence[str]) -> argparse.Namespace:
    """Read the command line; an error is one sentence on stderr and SystemExit(2).

    `start` and `end` are moments (`end` None: the end of the demo); `kind` is a key of KINDS.
    """
    parser = SentenceParser(prog="petard-server replay export", description="Make a film of a recorded match.")
    add = parser.add_argument
    add("demo", type=Path, metavar="FILE", help="the recording")
    kind = parser.add_mutually_exclusive_group(required=True)
    for name, one in KINDS.items():
        kind.add_argument(f"--{name}", dest="kind", action="store_const", const=name, help=one.help)
    add("--from", dest="start", type=parse_moment, default=0, metavar="MOMENT", help=f"a moment: {MOMENT_FORMATS}")
    add("--to", dest="end", type=parse_moment, metavar="MOMENT", help="where it ends (default: at the end)")
    add("--size", type=_size, metavar="WxH", help="in pixels (default: 1280x720; of a GIF 640x360)")
    add("--plain", action="store_true", help="the board alone, with nothing written over it")
    add("-o", "--out", type=Path, metavar="OUT", help="the film (default: beside the recording)")
    add("--force", action="store_true", help="write over OUT if it is there already")
    given = parser.parse_args(words)
    given.out = given.out or given.demo.parent / (given.demo.stem + KINDS[given.kind].suffix)
    given.size = given.size or KINDS[given.kind].size
    return given


def _size(text: str) -> Size:
    found = re.fullmatch(r"(\d{3,4})x(\d{2,4})", text)
    size = (int(found[1]), int(found[2])) if found else (0, 0)
    if not found or not all(SMALLEST / 2 <= side <= LARGEST for side in size) or size[0] % 2 or size[1] % 2:
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is no size: write 1280x720, both even")
    return size


def make(options: argparse.Namespace) -> int:
    """Make the film and return the number of its pictures; raises CannotEncode or DemoError."""
    if options.out.is_dir():
        raise CannotEncode(f"There is a folder {options.out.name} already.")
    if options.out.is_file() and not options.force:
        raise CannotEncode(f"{options.out} is there already; --force writes over it.")
    demo = _read(options.demo)
    if demo.damage:
        sys.stderr.write(f"petard-server: {demo.damage}\n")
    end = min(demo.watch_length, demo.watch_length if options.end is None else options.end)
    if options.start >= end:
        seconds = f"The recording is {demo.watch_length / TICK_RATE:.1f} s long"
        raise CannotEncode(f"There is nothing between these two moments. {seconds}, {demo.watch_length} ticks.")
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
            write_gif(options.out, pictures, samples(demo, canvas, moments, options), rate)
        case "mp4":
            write_mp4(options.out, pictures, options.size, rate)
        case _:
            write_pngs(options.out, pictures)
    return len(moments)


def _read(file: Path) -> Demo:
    try:
        return read_demo(file.read_bytes())
    except OSError as problem:
        raise CannotEncode(f"{file} cannot be read ({problem.strerror or type(problem).__name__}).") from None


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


def write_gif(out: Path, pictures: Iterable[pygame.Surface], samples: Sequence[pygame.Surface], rate: int) -> None:
    """Write a GIF of `rate` pictures a second that repeats, in the colours of the samples. Raises CannotEncode."""
    if Image is None:
        raise CannotEncode(MISSING.format("a GIF"))
    palette = _palette(samples)
    images = (_image(picture).quantize(palette=palette, dither=Image.Dither.NONE) for picture in pictures)
    first = next(images, None)
    if first is None:
        raise CannotEncode("There is no picture to make a film of.")
    options = {"duration": 1000 // rate, "loop": 0, "optimize": True, "transparency": COLOURS}
    with _under_another_name(out) as fresh:
        first.save(fresh, "GIF", save_all=True, append_images=images, **options)


def _image(picture: pygame.Surface) -> Any:
    return Image.frombytes("RGB", picture.get_size(), pygame.image.tobytes(picture, "RGB"))


def _palette(samples: Sequence[pygame.Surface]) -> Any:
    """An image with a palette for all samples."""
    width, height = samples[0].get_size()
    sheet = Image.new("RGB", (width, height * len(samples)))
    for place, sample in enumerate(samples):
        sheet.paste(_image(sample), (0, place * height))
    return sheet.quantize(COLOURS, method=Image.Quantize.MEDIANCUT)


def write_mp4(out: Path, pictures: Iterable[pygame.Surface], size: Size, rate: int) -> None:
    """Write an MP4 (H.264) of `rate` pictures a second; both sides of `size` are even. Raises CannotEncode."""
    if imageio_ffmpeg is None:
        raise CannotEncode(MISSING.format("an MP4"))
    with _under_another_name(out) as fresh:
        options = {"quality": QUALITY, "macro_block_size": 2, "ffmpeg_log_level": "error", "output_params": QUICK}
        writer = imageio_ffmpeg.write_frames(str(fresh), size, fps=rate, **options)
        try:
            writer.send(None)
            for picture in pictures:
                writer.send(pygame.image.tobytes(picture, "RGB"))
        except RuntimeError as problem:  # ffmpeg itself is missing
            raise CannotEncode(f"ffmpeg cannot be run here: {problem}") from None
        finally:
            writer.close()


def write_pngs(out: Path, pictures: Iterable[pygame.Surface]) -> None:
    """Write each picture into a new folder: 00001.png and so on. Raises CannotEncode."""
    with _under_another_name(out) as fresh:
        fresh.mkdir()
        for number, picture in enumerate(pictures, 1):
            pygame.image.save(picture, str(fresh / f"{number:05}.png"))


@contextmanager
def _under_another_name(out: Path) -> Iterator[Path]:
    """Yield a name to write to; rename it to `out` at the end, or remove it after an error."""
    fresh = out.with_name(f".part-{out.name}")
    _remove(fresh)
    try:
        yield fresh
        if fresh.is_dir() and out.is_dir():
            raise CannotEncode(f"There is a folder {out.name} already.")
        fresh.replace(out)
    except (OSError, pygame.error) as problem:
        reason = getattr(problem, "strerror", None) or str(problem).strip().splitlines()[0]
        raise CannotEncode(f"The film could not be written ({reason}).") from None
    finally:
        _remove(fresh)


def _remove(file: Path) -> None:
    shutil.rmtree(file, ignore_errors=True)
    with suppress(OSError):
        file.unlink(missing_ok=True)


if __name__ == "__main__":
    sys.exit(main())
