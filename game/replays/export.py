"""`python -m petard.game.replays.export FILE`: makes a film of a recorded match, off screen.

`petard-server replay export` starts it.

Rule 1: an error is one sentence on stderr and exit status 2; stdout gets one line with the name of the film.
Rule 2: the game itself draws, so a film looks as the match did; but a GIF has no shake and no flashes, which would
        change every pixel.
Rule 3: pictures are drawn one by one, so memory stays small; a GIF holds all of them, and GIF_MOST limits their number.
Rule 4: a film is written under another name and renamed when it is complete (shared/files.py); an incomplete one is
        removed.
Rule 5: Pillow and imageio-ffmpeg are the extra `video`; only this file imports them, and it says what to install.
"""

import argparse
import errno
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryFile
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
from petard.shared.demo.records import RECORDING_MOST
from petard.shared.files import FileProblem, check_target, part_beside, read_file, replacing, shown_path
from petard.shared.progress import with_progress
from petard.shared.rules.ruleset import TICK_RATE
from petard.shared.standard_streams import standard_streams
from petard.shared.user_folders import BadPath, file_path, new_file

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
RAW = "-hide_banner -v error -y -f rawvideo -pix_fmt rgb24"  # what ffmpeg reads
MP4 = "-an -c:v libx264 -pix_fmt yuv420p -crf 15 -preset veryfast -movflags +faststart -f mp4"  # what it writes
LAST_WORDS = 200  # characters of ffmpeg in a sentence
SYSTEM_ERRORS = tuple(os.strerror(number) for number in errno.errorcode)  # as at the end of its lines
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
    except (CannotEncode, DemoError, FileProblem) as problem:
        sys.stderr.write(f"petard-server: {problem}{'.' if isinstance(problem, FileProblem) else ''}\n")
        return 2
    except KeyboardInterrupt:
        return 130
    finally:
        pygame.quit()
    sys.stdout.write(f"{shown_path(options.out)}: {pictures} pictures of {options.size[0]} x {options.size[1]}\n")
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


def make(options: argparse.Namespace) -> int:
    """Make the film and return the number of its pictures; raises CannotEncode, DemoError or FileProblem."""
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


def write_gif(
    out: Path, pictures: Iterable[pygame.Surface], samples: Sequence[pygame.Surface], rate: int, force: bool = False
) -> None:
    """Write a GIF of `rate` pictures a second that repeats, in the colours of the samples.

    `force`: an old file may be replaced. Raises CannotEncode and FileProblem.
    """
    if Image is None:
        raise CannotEncode(MISSING.format("a GIF"))
    palette = _palette(samples)
    images = (_image(picture).quantize(palette=palette, dither=Image.Dither.NONE) for picture in pictures)
    first = next(images, None)
    if first is None:
        raise CannotEncode("There is no picture to make a film of.")
    options = {"duration": 1000 // rate, "loop": 0, "optimize": True, "transparency": COLOURS}
    with replacing(out, force) as fresh:
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


def write_mp4(out: Path, pictures: Iterable[pygame.Surface], size: Size, rate: int, force: bool = False) -> None:
    """Write an MP4 (H.264) of `rate` pictures a second; both sides of `size` are even.

    `force`: an old file may be replaced. Raises CannotEncode, with the last words of ffmpeg, and FileProblem.
    """
    if imageio_ffmpeg is None:
        raise CannotEncode(MISSING.format("an MP4"))
    with replacing(out, force) as fresh, TemporaryFile() as said:
        # The format and the protocol are named, so the name of a film may lack a suffix or hold a colon.
        reads, writes = [*RAW.split(), "-s", "{}x{}".format(*size), "-r", str(rate), "-i", "pipe:0"], f"file:{fresh}"
        try:
            command = [imageio_ffmpeg.get_ffmpeg_exe(), *reads, *MP4.split(), writes]
            ffmpeg = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=said)
        except (OSError, RuntimeError) as problem:
            raise CannotEncode(f"ffmpeg cannot be run here: {problem}") from None
        with ffmpeg:
            _feed(ffmpeg, pictures)
        if ffmpeg.returncode:
            said.seek(0)
            words = said.read().decode("utf-8", "replace")
            raise CannotEncode(f"{shown_path(out)} cannot be written: {_last_words(words)}.")


def _feed(ffmpeg: subprocess.Popen[bytes], pictures: Iterable[pygame.Surface]) -> None:
    """Give ffmpeg the pictures, until the last one or until it ends; it is ended if a picture cannot be made."""
    assert ffmpeg.stdin
    is_fed = False
    try:
        for picture in pictures:
            data = pygame.image.tobytes(picture, "RGB")
            try:
                ffmpeg.stdin.write(data)
            except OSError:  # it has ended, and has said why
                break
        is_fed = True
    finally:
        if not is_fed:
            ffmpeg.kill()
        with suppress(OSError):
            ffmpeg.stdin.close()


def _last_words(said: str) -> str:
    """Return the last line of ffmpeg that gives an error of the system, or else any reason.

    >>> _last_words("[mp4 @ 0x55d0] Bad header: No space left on device\\n[mp4 @ 0x55d0] Nothing was written.\\n")
    'ffmpeg says: Bad header: No space left on device'
    >>> _last_words("[mp4 @ 0x55d0] Nothing was written.\\nConversion failed!\\n")
    'ffmpeg says: Nothing was written'
    """
    lines = [re.sub(r"^\[[^]]*\] ", "", line).strip() for line in said.splitlines()]
    reasons = [line for line in lines if line and line != "Conversion failed!"]
    reasons = [line for line in reasons if line.endswith(SYSTEM_ERRORS)] or reasons
    return f"ffmpeg says: {reasons[-1][:LAST_WORDS].rstrip('.')}" if reasons else "ffmpeg ended and did not say why"


def check_new_folder(out: Path) -> None:
    """Raise CannotEncode if there is a file or folder of that name."""
    if os.path.lexists(out):
        raise CannotEncode(f"{shown_path(out)} is there already; the folder of pictures needs a new name.")


def write_pngs(out: Path, pictures: Iterable[pygame.Surface]) -> None:
    """Write each picture into a new folder: 00001.png and so on. Raises CannotEncode and FileProblem."""
    check_new_folder(out)
    fresh = part_beside(out)
    try:
        fresh.mkdir()
        for number, picture in enumerate(pictures, 1):
            data = BytesIO()
            pygame.image.save(picture, data, "png")
            (fresh / f"{number:05}.png").write_bytes(data.getvalue())
        check_new_folder(out)
        fresh.rename(out)
    except OSError as problem:
        raise FileProblem(out, "written", problem) from None
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
