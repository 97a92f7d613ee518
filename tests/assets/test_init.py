"""Files of ours are found from wherever the game was started."""

from pathlib import Path

import pytest

from petard.assets import path


def test_a_file_is_found_from_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert path("sprites", "wall.png").is_file()


def test_without_a_name_it_is_the_folder_itself() -> None:
    assert (path() / "palette.py").is_file()
