"""The instruments: the same samples on every computer, in tune, without clicks."""

import ast
import math
from itertools import pairwise
from pathlib import Path

import pytest

from petard.assets.source import instruments
from petard.assets.source.instruments import (
    CELESTA,
    DRUMS,
    MARIMBA,
    PULSE,
    RATE,
    SINE,
    SIZE,
    Instrument,
    pitch,
    play,
    strike,
)

BARE = Instrument((1,), attack=0.001, half=9.0, keep=1.0)


def test_nothing_in_the_file_depends_on_the_mathematics_of_the_computer() -> None:
    tree = ast.parse(Path(instruments.__file__).read_text("utf-8"))
    modules = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert not modules & {"math", "cmath", "random"}
    assert not any(isinstance(node, ast.Import) for node in ast.walk(tree))
    powers = [node for node in ast.walk(tree) if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow)]
    assert all(isinstance(power.left, ast.Constant) and isinstance(power.right, ast.Constant) for power in powers)
    calls = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    assert "sum" not in calls, "it adds in another way since Python 3.12"


def test_the_table_is_a_sine() -> None:
    assert max(abs(value - math.sin(2 * math.pi * k / SIZE)) for k, value in enumerate(SINE)) < 1e-12


def test_the_pitches_are_in_equal_temperament() -> None:
    for note in range(24, 108):
        assert pitch(note) == pytest.approx(440 * 2 ** ((note - 69) / 12), rel=1e-12)


@pytest.mark.parametrize("note", [36, 57, 69, 88])
def test_a_note_has_its_pitch(note: int) -> None:
    sound = play(BARE, note, RATE)[RATE // 10 : RATE // 10 + RATE // 2]
    rises = sum(before < 0 <= after for before, after in pairwise(sound))
    assert rises / 0.5 == pytest.approx(pitch(note), abs=2.1)


@pytest.mark.parametrize("instrument", [PULSE, MARIMBA, CELESTA])
def test_a_note_begins_and_ends_in_silence_and_fades_while_it_is_held(instrument: Instrument) -> None:
    sound = play(instrument, 69, RATE // 2)
    assert len(sound) == RATE // 2 + round(instrument.release * RATE)
    assert abs(sound[0]) < 0.01
    assert abs(sound[-1]) < 0.01
    assert max(map(abs, sound)) <= 1.0
    early, late = (max(map(abs, sound[at : at + RATE // 20])) for at in (RATE // 7, RATE // 2 - RATE // 20))
    assert late < early


@pytest.mark.parametrize("drum", DRUMS)
def test_a_drum_is_loud_enough_short_and_ends_in_silence(drum: str) -> None:
    sound = strike(drum)
    assert 0.04 * RATE < len(sound) < 1.7 * RATE
    assert 0.1 < max(map(abs, sound)) < 1.3
    assert abs(sound[-1]) < 1e-9
