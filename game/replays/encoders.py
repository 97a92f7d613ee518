"""Writes pictures as a film: a GIF, an MP4 or a folder of PNG files, from surfaces of one size.

Rule 1: pictures are read one by one, so memory stays small; a GIF holds all of them, and GIF_MOST limits their number.
Rule 2: a film is written under another name and renamed when it is complete; an incomplete one is removed.
Rule 3: Pillow and imageio-ffmpeg are the extra `video`; only this file imports them, and it says what to install.
"""

import contextlib
import shutil
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pygame

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


class CannotEncode(Exception):
    """A film could not be made; the text is one sentence that says why."""


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


@contextlib.contextmanager
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
    with contextlib.suppress(OSError):
        if file.is_dir():
            shutil.rmtree(file)
        else:
            file.unlink(missing_ok=True)


def spread(first: int, last: int, count: int) -> list[int]:
    """Return `count` moments, evenly spread, the first and the last among them.

    >>> spread(0, 10, 3), spread(4, 4, 3), spread(0, 1, 5)
    ([0, 5, 10], [4], [0, 1])
    """
    steps = max(1, count - 1)
    return sorted({first + (last - first) * step // steps for step in range(count)})
