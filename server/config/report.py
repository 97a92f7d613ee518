"""The settings as text for people: what counts and its source, a file template, the table of the hosting page.

Rule: a secret is never shown, only whether it is set.
"""

import textwrap
from collections.abc import Iterable
from pathlib import Path

import tomli_w

from petard.server.config.schema import Setting
from petard.server.config.sources import Settled
from petard.server.policy.text import table_text

COMMENT_WIDTH = 98  # columns
HEAD = """\
# Settings of petard-server. A line that is commented out shows the default: take away the "# " to change it.
# A flag (--port) and a variable (PETARD_PORT) count before this file. On SIGHUP it is read again; what is marked with
# "live" changes at once, the rest with the next start. `petard-server config` prints what counts, and where from.
"""


def report(settings: Iterable[Setting], settled: Settled) -> str:
    """Return a line for each setting: key, value, source."""
    return table_text([(row.key, _shown(row, settled), settled.raw[row.key].where) for row in settings])


def _shown(setting: Setting, settled: Settled) -> str:
    text, value = settled.raw[setting.key].text, settled.values[setting.key]
    if setting.is_secret:
        return "(set)" if text else "(not set)"
    return str(value) if isinstance(value, Path) else text or '""'


def template(settings: Iterable[Setting]) -> str:
    """Return a server.toml with every setting commented out."""
    text, group = HEAD, ""
    for setting in settings:
        if setting.group != group:
            group = setting.group
            text += f"\n\n## {group}\n"
        about = textwrap.wrap(("live: " if setting.is_live else "") + setting.about, COMMENT_WIDTH)
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
    """Return the rows of the table in docs/hosting.md."""
    return [
        (f"`{row.key}`", _cell(row.takes), _cell(row.default), "yes" if row.is_live else "", row.about)
        for row in settings
    ]


def _cell(text: str) -> str:
    return f"`{text}`".replace("|", "\\|") if text else ""
