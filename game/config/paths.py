"""Where this system keeps the files of this person. None of them need exist."""

from pathlib import Path

import platformdirs


def settings_path() -> Path:
    return platformdirs.user_config_path("petard", appauthor=False) / "settings.toml"


def ticket_path() -> Path:
    """Return the file of the rejoin tickets; each game adds a number to the name."""
    return platformdirs.user_state_path("petard", appauthor=False) / "ticket.toml"


def timedemo_path() -> Path:
    return platformdirs.user_state_path("petard", appauthor=False) / "timedemo.json"


def demos_path() -> Path:
    """Return the folder in which servers of this person record by default."""
    return platformdirs.user_data_path("petard", appauthor=False) / "demos"
