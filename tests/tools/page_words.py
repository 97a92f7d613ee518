"""The texts of the pages in other languages: collects them, and writes one small JSON file for each language.

A page says `tr("…")` in its modules; in its HTML all texts count, and the attributes that a person reads or hears. What
the window says too is translated in its catalogue (petard.po); the rest stands in a catalogue of its own (pages.po).
"""

import json
import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from petard.game.texts.known_lines import KNOWN
from petard.game.texts.names import MAPS
from petard.game.view.item_looks import ILLNESS_WORDS
from petard.game.view.mode_views import SIDE_NAMES
from petard.shared.rules.modes.table import MODES
from petard.shared.rules.ruleset import PRESETS

WEB = Path(__file__).parents[2] / "assets" / "web"
ATTRIBUTES = ("aria-label", "alt")
UNSEEN = ("script", "style", "title", "noscript")  # what stands there is no text, or is read where no script runs
SAME = {"Petard"}  # in every language
SENT = (  # sentences that the room sends to phones
    "It takes two: wait for a friend, or add a bot.",
    "Only the host changes the game.",
    "Another player wears that colour already.",
    "A round is running: you watch this one and play the next.",
    "{name} is host now.",
    "That is not the password of this room.",
    "Too many wrong passwords came from where you are. Try again {when}.",
    "The room is full: {count} people are in it. Try again later.",
    "Too many players are here from your address: {count} is the limit. Try again later.",
    "The server has no room for more connections now. Try again later.",
    "The server is about to stop: it takes nobody in any more.",
    "You came back over another connection.",
    "You were put out of this room.",
    "You were put out of this room. Try again in {seconds} seconds.",
    "You are banned from this server.",
    "The server has closed the room.",
    "Phones and other browsers may not join this room.",
)
_CALL = re.compile(r'\btr\(\s*("(?:[^"\\]|\\.)*")')


class Texts(HTMLParser):
    """The texts of one page: `found`."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._unseen = ""  # the element of UNSEEN that is open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in UNSEEN:
            self._unseen = tag
        for name, value in attrs:
            if name in ATTRIBUTES:
                self._take(value or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == self._unseen:
            self._unseen = ""

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self._take(data)

    def _take(self, text: str) -> None:
        if re.search(r"\w\w", text) and text.strip() not in SAME:
            self.found.append(text.strip())


@cache
def page_texts() -> dict[str, list[str]]:
    """All texts of the pages in English, each with the files that have it."""
    found: dict[str, list[str]] = {}
    for file in sorted(WEB.iterdir()):
        if file.suffix == ".html":
            parser = Texts()
            parser.feed(file.read_text("utf-8"))
            new = parser.found
        elif file.suffix == ".js":
            new = [json.loads(text) for text in _CALL.findall(file.read_text("utf-8"))]
        else:
            continue
        for text in new:
            files = found.setdefault(text, [])
            if file.name not in files:
                files.append(file.name)
    modes = [name.replace("-", " ").capitalize() for name in (*MODES, *PRESETS)]
    for words in (*ILLNESS_WORDS.values(), *SIDE_NAMES, *MAPS.values(), *modes):
        found[str(words)] = ["tables.js"]
    return found


def own_texts(window: Catalog) -> dict[str, list[str]]:
    """The texts of the pages that the window does not have. `window`: its catalogue."""
    sent = {text: ["service.py"] for text in SENT if text not in {str(phrase) for phrase in KNOWN}}
    return {text: files for text, files in (page_texts() | sent).items() if window.get(text) is None}


def po_file(language: str) -> Path:
    return WEB.parent / "locale" / language / "LC_MESSAGES" / "pages.po"


def json_file(language: str) -> Path:
    return WEB / "words" / f"{language}.json"


def merged(language: str, window: Catalog) -> Catalog:
    """The texts of the pages' own catalogue with the translations that there are."""
    known, new = Catalog(language), Catalog(language, charset="utf-8", fuzzy=False)
    if po_file(language).exists():
        with po_file(language).open("rb") as file:
            known = read_po(file, locale=language)
    for text, files in sorted(own_texts(window).items()):
        old = known.get(text)
        new.add(text, old.string if old else "", [(f"web/{file}", 1) for file in files])
    return new


def words(language: str, window: Catalog) -> bytes:
    """The JSON file of a language, from both catalogues."""
    own = merged(language, window)

    def translated(texts: list[str]) -> dict[str, str]:
        return {text: str(found.string) for text in texts if (found := own.get(text) or window.get(text))}

    parts = {"words": translated(sorted(page_texts())), "sentences": translated(list(SENT))}
    return json.dumps(parts, ensure_ascii=False, indent=0, separators=(",", ":")).encode() + b"\n"
