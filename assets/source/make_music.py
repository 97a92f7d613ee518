"""Make the music of the game: python -m petard.assets.source.make_music [stems...], for example factory-drums

It writes assets/music/*.ogg with ffmpeg and its libvorbis (Debian: apt-get install ffmpeg), and the digest of the
samples of each stem in music.sha256 beside this file. Tests make samples again and compare the digests: files of Vorbis
differ with each version of an encoder, samples do not. They also decode the files; so no test needs ffmpeg.
"""

import subprocess
import sys
from array import array
from hashlib import sha256
from pathlib import Path

from petard.assets import path
from petard.assets.source.instruments import RATE
from petard.assets.source.score import render
from petard.assets.source.songs import SONGS

DIGESTS = Path(__file__).with_name("music.sha256")
QUALITY = "1"  # of libvorbis, from -1 to 10: about 80 kbit/s at most
STEMS = [f"{name}-{stem}" for name, song in SONGS.items() for stem in song.stems]


def pcm(stem: str) -> bytes:
    """Return the samples of a stem: 16 bit, little-endian, left and right in turns.

    Raises OverflowError if it is too loud.
    """
    name, _, part = stem.partition("-")
    left, right = render(SONGS[name], part)
    out = array("h", bytes(4 * len(left)))
    out[0::2] = array("h", [round(32767 * sample) for sample in left])
    out[1::2] = array("h", [round(32767 * sample) for sample in right])
    if sys.byteorder == "big":
        out.byteswap()
    return out.tobytes()


def digests() -> dict[str, str]:
    """Return the digest of each stem, as it was when its file was made."""
    lines = DIGESTS.read_text("ascii").splitlines() if DIGESTS.exists() else []
    return {stem: digest for digest, stem in (line.split() for line in lines)}


def encode(samples: bytes, file: Path) -> None:
    """Write an OGG file. `-bitexact`: no version and no random number in it."""
    source = ["-f", "s16le", "-ar", str(RATE), "-ac", "2", "-i", "-"]
    target = ["-c:a", "libvorbis", "-q:a", QUALITY, "-bitexact", "-map_metadata", "-1", str(file)]
    subprocess.run(["ffmpeg", "-v", "error", "-y", *source, *target], input=samples, check=True)


def main(stems: list[str]) -> None:
    """Make the named stems, or all of them."""
    path("music").mkdir(exist_ok=True)
    known = digests()
    for stem in stems or STEMS:
        samples = pcm(stem)
        encode(samples, path("music", f"{stem}.ogg"))
        known[stem] = sha256(samples).hexdigest()
    DIGESTS.write_text("".join(f"{known[stem]}  {stem}\n" for stem in STEMS if stem in known), "ascii")


if __name__ == "__main__":
    main(sys.argv[1:])
