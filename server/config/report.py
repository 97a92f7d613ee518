"""The settings as people read them: what counts and where from, a file to begin with, the table for the page.

Rule: a secret is never shown, only whether there is one.
"""

import textwrap
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import tomli_w

from petard.server.config.schema import Setting
from petard.server.config.sources import Layer

WIDE = 98  # columns of a comment
HEAD = """\
# Settings of petard-server. What is commented out is what counts if nothing is said: take away the "# " to change it.
# A flag (--port) and a variable (PETARD_PORT) count before this file. On SIGHUP it is read again; what is marked with
# "live" changes at once, the rest with the next start. `petard-server config` prints what counts, and where from.
"""


def report(settings: Iterable[Setting], said: Layer, values: Mapping[str, Any]) -> str:
    """Each key, its value, and where that is said."""
    rows = [(row.key, _shown(row, said[row.key].text, values[row.key]), said[row.key].where) for row in settings]
    wide = [max(len(row[column]) for row in rows) for column in (0, 1)]
    return "".join(f"{key:{wide[0]}}  {value:{wide[1]}}  {where}\n" for key, value, where in rows)


def _shown(setting: Setting, text: str, value: object) -> str:
    if setting.is_secret:
        return "(set)" if text else "(not set)"
    return str(value) if isinstance(value, Path) else text or '""'


def template(settings: Iterable[Setting]) -> str:
    """A server.toml that says nothing yet, with all there is to say."""
    text, group = HEAD, ""
    for setting in settings:
        if setting.group != group:
            group = setting.group
            text += f"\n\n## {group}\n"
        about = textwrap.wrap(("live: " if setting.is_live else "") + setting.about, WIDE)
        text += "\n" + "".join(f"# {line}\n" for line in about) + f"# {_line(setting)}"
    return text


def _line(setting: Setting) -> str:
    plain: object = setting.default
    if setting.takes == "on|off":
        plain = setting.default == "on"
    elif setting.default.isdigit():
        plain = int(setting.default)
    return tomli_w.dumps({setting.key: plain})


def rows(settings: Iterable[Setting]) -> list[tuple[str, ...]]:
    """The table for the page on hosting, without its head."""
    return [
        (f"`{row.key}`", _cell(row.takes), _cell(row.default), "yes" if row.is_live else "", row.about)
        for row in settings
    ]


def _cell(text: str) -> str:
    return f"`{text}`".replace("|", "\\|") if text else ""
