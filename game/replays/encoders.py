"""Writes pictures as a film: a GIF, an MP4, or a folder of PNGs.

Rule 1: a film is written under another name and renamed when it is complete (shared/files.py); an incomplete one is
        removed.
Rule 2: Pillow and imageio-ffmpeg are the extra `video`; only this file imports them, and it says what to install.
"""

import errno
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import pygame

from petard.shared.files import FileProblem, part_beside, replacing, shown_path

try:
    from PIL import Image
except ImportError:
    Image = None
try:
    import imageio_ffmpeg
except ImportError:
    imageio_ffmpeg = None

COLOURS = 255  # in a GIF; one more stands for pixels that have not changed
MISSING = "For {} there is something to install first: pip install 'petard[video]'"
RAW = "-hide_banner -v error -y -f rawvideo -pix_fmt rgb24"  # what ffmpeg reads
MP4 = "-an -c:v libx264 -pix_fmt yuv420p -crf 15 -preset veryfast -movflags +faststart -f mp4"  # what it writes
LAST_WORDS = 200  # characters of ffmpeg in a sentence
SYSTEM_ERRORS = tuple(os.strerror(number) for number in errno.errorcode)  # as at the end of its lines
Size = tuple[int, int]


class CannotEncode(Exception):
    """A film could not be made; the text is one sentence that says why."""


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
