"""`petard-server config`: prints every setting with its value and where it was set; or a settings file to start with.

It takes the flags of the server itself, so it prints what a server started with the same arguments would use.
"""

import os
import sys
from collections.abc import Sequence

from petard.server.config.command_line import fail
from petard.server.config.config import parser_of
from petard.server.config.report import report, template
from petard.server.config.schema import BadMapFiles, read_maps, settings_of
from petard.server.config.sources import BadSettings, settle, usual_file


def main(words: Sequence[str]) -> int:
    """Print; returns the exit status: 0, 1 if the maps cannot be read, 2 if a setting is wrong."""
    try:
        settings = settings_of(read_maps())
    except BadMapFiles as problem:
        sys.stderr.write(f"petard-server: {problem}\n")
        return 1
    parser = parser_of(settings, "config")
    parser.add_argument("--toml", action="store_true", help="print a server.toml to begin with, all of it comments")
    given = parser.parse_args(words)
    if given.toml:
        sys.stdout.write(template(settings))
        return 0
    try:
        settled = settle(settings, vars(given), os.environ)
    except BadSettings as problem:
        return fail(str(problem))
    usual = usual_file()
    file = settled.file or (f"none (it would be {usual})" if given.config is None else "none")
    text = f"settings file: {file}\n\n{report(settings, settled)}"
    encoding = sys.stdout.encoding or "utf-8"  # on Windows it may lack letters of a name
    sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
    return 0
