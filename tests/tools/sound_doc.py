"""The tables of docs/sound.md: the songs, and the sounds that stand out (tests/tools/docs.py)."""

from petard.assets.source.instruments import RATE
from petard.assets.source.make_sounds import STANDS_OUT
from petard.assets.source.songs import SONGS
from petard.game.view.music_mix import DUCKED
from tests.tools.markdown import Tables, rows_of


def songs_table() -> str:
    """Return each song with its tempo, its length and its chords."""
    rows = [
        (
            f"`{song.name}`",
            f"{RATE * 15 / song.sixteenth:.0f}",
            f"{song.length / RATE:.1f} s",
            song.chords.replace("  ", " · "),
        )
        for song in SONGS.values()
    ]
    return rows_of("song", "beats a minute", "loop", "chords, one a bar", rows=rows)


def loudness_table() -> str:
    """Return the sounds that are louder or quieter than the others, with the reason."""
    rows = [
        (f"`{name}`", f"{offset:+g} LU", f"{DUCKED[name]:.0%}" if name in DUCKED else "", why)
        for name, (offset, why) in STANDS_OUT.items()
    ]
    return rows_of("sound", "louder by", "music keeps", "why", rows=rows)


TABLES: Tables = {"songs": songs_table, "stands out": loudness_table}
