"""`petard-server config`: prints every setting with its value and where it was set; or a settings file to start with.

Rule 1: it takes the flags of the server itself, so it prints what a server started with the same arguments would use.
Rule 2: a secret is never shown, only whether it is set.
"""

import os
import sys
import textwrap
from collections.abc import Iterable, Sequence
from pathlib import Path

import tomli_w

from petard.server.config.config import fail, parser_of
from petard.server.config.own_maps import readable_maps_folder
from petard.server.config.schema import ON_OFF, BadMapFiles, Setting, read_maps, settings_of
from petard.server.config.sources import BadSettings, Settled, links_text, settle, usual_file
from petard.server.policy.text import table_text
from petard.shared.files import shown_path

COMMENT_WIDTH = 98  # columns
HEAD = """\
# Settings of petard-server. A line that is commented out shows the default: take away the "# " to change it.
# A flag (--port) and a variable (PETARD_PORT) count before this file. On SIGHUP it is read again; what is marked with
# "live" changes at once, the rest with the next start. `petard-server config` prints what counts, and where from.
"""


def main(words: Sequence[str]) -> int:
    """Print; returns the exit status: 0, 1 if the maps cannot be read, 2 if a setting is wrong."""
    try:
        settings = settings_of(read_maps(readable_maps_folder()[0]))
    except BadMapFiles as problem:
        return fail(problem, 1)
    parser = parser_of(settings, "config")
    parser.add_argument("--toml", action="store_true", help="print a server.toml to begin with, all of it comments")
    given = parser.parse_args(words)
    if given.toml:
        sys.stdout.write(template(settings))
        return 0
    try:
        settled = settle(settings, vars(given), os.environ)
    except BadSettings as problem:
        return fail(problem)
    if settled.links:
        sys.stderr.write(f"petard-server: {links_text(settled.links)}\n")
    usual = usual_file()
    usually = f"none (it would be {shown_path(usual)})" if usual and given.config is None else "none"
    file = shown_path(settled.file) if settled.file else usually
    rows = [(row.key, _shown(row, settled), settled.raw[row.key].where) for row in settings]
    sys.stdout.write(f"settings file: {file}\n\n{table_text(rows)}")
    return 0


def _shown(setting: Setting, settled: Settled) -> str:
    text, value = settled.raw[setting.key].text, settled.values[setting.key]
    if setting.is_secret:
        return "(set)" if text else "(not set)"
    if value is None and text == "on":
        return "off, as this user has no home folder"
    return shown_path(value) if isinstance(value, Path) else text or '""'


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
    plain: object = int(setting.default) if setting.default.isdigit() else setting.default
    if setting.takes == ON_OFF:
        plain = setting.default == "on"
    return tomli_w.dumps({setting.key: plain})
