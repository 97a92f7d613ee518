"""What one worker has made, another reads."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.made_once import Shared, made_once

OTHER = (
    "import sys; from pathlib import Path; from tests.made_once import Shared, made_once; "
    "Shared.folder = Path(sys.argv[1]); made_once('a match', lambda: b'of the other')"
)


def test_what_another_process_has_made_is_not_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Shared, "folder", tmp_path / "shared")
    subprocess.run([sys.executable, "-c", OTHER, str(tmp_path / "shared")], check=True)
    assert made_once("a match", lambda: b"of this one") == b"of the other"
    assert made_once("another match", lambda: b"of this one") == b"of this one"
    assert len(list((tmp_path / "shared").iterdir())) == 2


def test_without_workers_a_process_makes_it_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Shared, "folder", None)
    answers = iter([b"first", b"second"])
    assert [made_once("a third match", lambda: next(answers)) for _ in range(2)] == [b"first"] * 2
