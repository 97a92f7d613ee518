"""Puts a recorded match into one HTML file that plays it from the disk, without any request.

Rule 1: the page is assets/web/replay.html with its style and the modules of replay.js in it, each module a function.
Rule 2: whatever a person typed stands in the page as JSON without `<`, or through `escape`.
Rule 3: the Content-Security-Policy allows this one script and style by their hashes, pictures that are in the page, and
        nothing else. So a page loads nothing and sends nothing, whatever is in the recording.
"""

import json
import re
from base64 import b64encode
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from hashlib import sha256
from html import escape
from pathlib import Path

from petard.assets import path
from petard.game.replays.encoders import CannotEncode
from petard.game.replays.page_stream import MatchStream, Outline
from petard.game.replays.store import read_recording
from petard.game.texts.known_lines import known_line
from petard.game.texts.phrases import tr
from petard.shared.demo.blocks import DemoError
from petard.shared.demo.reader import read_demo
from petard.shared.demo.records import Header
from petard.shared.files import make_private_folder, problem_text, shown_path, write_file
from petard.shared.protocol.field_types import ITEM_NAMES
from petard.shared.user_folders import BadPath, file_path

POLICY = (
    "default-src 'none'; script-src 'sha256-{script}'; style-src 'sha256-{style}'; img-src data:; "
    "base-uri 'none'; form-action 'none'"
)
STYLE_TAG = '<link rel="stylesheet" href="/s/replay.css">\n'
SCRIPT_TAG = '<script type="module" src="/s/replay.js"></script>\n'
SAVED_MOST = 100  # pages of one recording
TITLE_TAG = "<title>Petard</title>\n"
_IMPORT = re.compile(r'^import (\{ [\w, ]+ \}) from "\./(\w+)\.js";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const) (\w+))", re.MULTILINE)
_COMMENT = re.compile(r"/\*\*.*?\*/|^\s*//[^\n]*$", re.MULTILINE | re.DOTALL)  # of JSDoc, and on lines of their own


def page_of(header: Header, stream: MatchStream) -> str:
    """Return the whole page. `stream`: one whose `pieces` were all taken."""
    style, script = path("web", "replay.css").read_text("utf-8"), script_text("replay")
    policy = POLICY.format(script=_hash(script), style=_hash(style))
    started = datetime.fromtimestamp(header.started, UTC)
    about = f"{header.server or 'Petard'} · {header.map} · {started:%Y-%m-%d}"
    data = asdict(stream.outline) | {"about": about, "items": [(item.number, item.name) for item in ITEM_NAMES]}
    blocks = (
        _block("outline", "application/json", _json(data)),
        _block("pieces", "application/json", json.dumps(list(pieces_for(stream.outline)))),
        _block("words", "application/json", _words()),
        _block("stream", "text/plain", b64encode(stream.data).decode()),
        f"<script>{script}</script>\n",
    )
    page = path("web", "replay.html").read_text("utf-8")
    head = f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n<style>{style}</style>\n'
    page = page.replace(STYLE_TAG, head).replace(SCRIPT_TAG, "")
    return page.replace(TITLE_TAG, f"<title>{escape(about)}</title>\n") + "".join(blocks)


def saved_page(file: Path, folder: Path) -> Iterator[str]:
    """Write a recording as a page with a new name in a folder; yields how far it is, at the end what became of it."""
    try:
        demo = read_demo(read_recording(file))
        stream = MatchStream(demo)
        for part in stream.pieces():
            yield tr("Writing the page: {percent} %", percent=int(part * 100))
        page = page_of(demo.header, stream).encode()
        make_private_folder(folder)
        for number in range(1, SAVED_MOST):
            target = folder / f"{file.stem}{f'-{number}' if number > 1 else ''}.html"
            if not target.exists():
                write_file(target, page, force=False, private=True)  # names are in it
                yield tr("Saved: {file} in {folder}", file=shown_path(target.name), folder=_short(folder))
                return
        yield tr("There are too many pages of this match.")
    except (CannotEncode, DemoError, OSError) as problem:
        yield known_line(problem_text(problem) if isinstance(problem, OSError) else str(problem))


def _short(folder: Path) -> str:
    """Return the name of a folder for a narrow place, with `~` for the home folder."""
    with suppress(BadPath, ValueError):
        return shown_path(Path("~", folder.relative_to(file_path("~"))))
    return shown_path(folder)


def script_text(name: str) -> str:
    """Return a module of assets/web with all that it imports, as one script."""
    found: dict[str, str] = {}
    _collect(name, found)
    return '(() => {\n"use strict";\nconst modules = {};\n' + "".join(found.values()) + "})();\n"


def _collect(name: str, found: dict[str, str]) -> None:
    """Add a module after those that it imports."""
    text = path("web", f"{name}.js").read_text("utf-8")
    for _, other in _IMPORT.findall(text):
        if other not in found:
            _collect(other, found)
    names = ", ".join(_EXPORT.findall(text))
    text = _IMPORT.sub(r"const \1 = modules.\2;", _EXPORT.sub("", _COMMENT.sub("", text)))
    lines = "\n".join(line.strip() for line in text.splitlines() if line.strip())
    found[name] = f"modules.{name} = (() => {{\n{lines}\nreturn {{ {names} }};\n}})();\n"


def pieces_for(outline: Outline) -> Iterator[tuple[int, str]]:
    """Yield the pieces of the sheet that this match needs: the number of the first cell, and the picture as a URL."""
    for file in sorted(path("web", "pieces").glob("*.webp")):
        first, _, name = file.stem.partition("-")
        if name in outline.pieces:
            yield int(first), "data:image/webp;base64," + b64encode(file.read_bytes()).decode()


def _words() -> str:
    """Return the texts of the page in all languages but English, as JSON."""
    found = {file.stem: json.loads(file.read_text("utf-8")) for file in sorted(path("web", "words").glob("*.json"))}
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _block(name: str, kind: str, text: str) -> str:
    return f'<script type="{kind}" id="{name}">{text}</script>\n'


def _json(data: object) -> str:
    """Return JSON in ASCII that may stand in a script element.

    >>> _json({"name": "</script>"})
    '{"name":"\\\\u003c/script>"}'
    """
    return json.dumps(data, separators=(",", ":"), default=sorted).replace("<", "\\u003c")


def _hash(text: str) -> str:
    """Return the hash of a script or style as a Content-Security-Policy has it."""
    return b64encode(sha256(text.encode()).digest()).decode()
