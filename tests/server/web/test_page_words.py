"""The pages speak English, French and Russian: every text is marked, translated, and changes at once."""

import asyncio
import json
import re
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

from petard.assets import path
from petard.game.texts.known_lines import KNOWN
from petard.server.web import pages
from petard.shared.protocol.messages import MESSAGES
from tests.server.web.browser_page import BrowserPage
from tests.server.web.chromium import chromium, needs_chromium
from tests.server.web.live_room import Pace, live_room
from tests.server.web.page_steps import PHONE, join
from tests.tools import page_words
from tests.tools.languages import FOREIGN, catalogue, untranslated, written

HINT = "run python -m tests.tools.languages, and translate what it prints"
STRINGS = re.compile(r'(\b(?:tr|\w*Error)\(\s*)?("(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`)')
SHOWN = re.compile(
    r'(?:textContent|ariaLabel|\balt|placeholder|setAttribute\("aria-label",)\s*\+?=?\s*$'
)  # before a text
PROSE = re.compile(r"[A-Za-z]{2,}[,:]? [A-Za-z]{2,}|\w[!?]$")
# Fonts, selectors, paths, keys, questions of style sheets, and what SCRAM signs.
NO_PROSE = re.compile(r"px |sans-serif|^.[#/]|^.\$\{width\}|button, input|prefers-|(Client|Server) Key")
OWN = {*(kind.__name__ for kind in MESSAGES.values())}


def prose(script: str) -> list[str]:
    """The texts of a module that people read and that are not translated."""
    code = re.sub(r"/\*\*.*?\*/|(?:^|(?<=\s))//[^\n]*", "", script, flags=re.DOTALL)
    found = []
    for match in STRINGS.finditer(code):
        mark, text = match.groups()
        plain = re.sub(r"\$\{.*?\}", "", text[1:-1])
        is_shown = SHOWN.search(code[: match.start()]) and re.search("[A-Za-z]{2}", plain)
        if not mark and (is_shown or PROSE.search(plain)) and not NO_PROSE.search(text) and plain not in OWN:
            found.append(text)
    return found


@pytest.mark.parametrize("language", FOREIGN)
def test_each_text_is_translated_and_the_files_are_those_of_the_source(language: str) -> None:
    window = catalogue(language)
    own = page_words.merged(language, window)
    assert [text.id for text in untranslated(own)] == [], HINT
    assert page_words.po_file(language).read_bytes() == written(own), HINT
    assert page_words.json_file(language).read_bytes() == page_words.words(language, window), HINT


@pytest.mark.parametrize("language", FOREIGN)
def test_a_translation_has_the_values_of_its_text_and_none_is_missing(language: str) -> None:
    found = json.loads(page_words.json_file(language).read_bytes())
    assert found["words"].keys() == page_words.page_texts().keys()
    assert found["sentences"].keys() == set(page_words.SENT)
    for text, other in (found["words"] | found["sentences"]).items():
        assert other
        assert values_of(text) == values_of(other), text


def values_of(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in Formatter().parse(text) if name)


def test_no_text_of_the_pages_is_without_a_mark() -> None:
    scripts = {file.name: file.read_text("utf-8") for file in path("web").glob("*.js") if file.name != "tables.js"}
    assert {name: prose(script) for name, script in scripts.items() if prose(script)} == {}


@pytest.mark.parametrize(
    ("script", "count"),
    [
        ('status.textContent = "Out";', 1),
        ('status.textContent = tr("Out");', 0),
        ("x = `${name} wins the match`;", 1),
        ('x = "Go on!";', 1),
        ('x = tr("{name} wins", { name });', 0),
        ('line.send("Ready", true); // we are ready', 0),
        ('g.font = "bold 44px system-ui, sans-serif";', 0),
    ],
)
def test_a_text_without_a_mark_is_found(script: str, count: int) -> None:
    assert len(prose(script)) == count


def test_each_sentence_that_the_room_sends_to_a_phone_stands_in_the_source() -> None:
    server = [file.read_text("utf-8") for file in (Path(page_words.WEB).parents[1] / "server").rglob("*.py")]
    known = {str(phrase) for phrase in KNOWN}
    assert [text for text in page_words.SENT if text not in known and not any(text in file for file in server)] == []


UNMARKED = (  # texts that a person sees or hears and that are not translated
    "(() => { const all = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];"
    " for (let node; (node = all.nextNode()); ) { const text = node.nodeValue.trim(), box = node.parentElement;"
    " if (/\\p{L}{2}/u.test(text) && box.checkVisibility() && !box.closest('option, #who, noscript, script'))"
    " found.push(text); }"
    " for (const box of document.querySelectorAll('[aria-label], [alt]')) if (box.checkVisibility())"
    " found.push(box.ariaLabel ?? box.alt);"
    " return found.filter((text) => text !== 'Petard' && !/^«.*»$/.test(text)) })()"
)


@pytest.mark.slow
@needs_chromium
def test_a_phone_shows_the_language_of_its_person_who_may_choose_another(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = dict.fromkeys([*page_words.page_texts(), *page_words.SENT])
    marked = {text: f"«{text}»" for text in texts}
    french = json.dumps({"words": marked, "sentences": marked}).encode()
    content = pages.Files.content

    def content_or_marked(files: pages.Files, url: str) -> pages.Content | None:
        return pages.Content("application/json", french) if url == "/s/words/fr.json" else content(files, url)

    monkeypatch.setattr(pages.Files, "content", content_or_marked)

    async def conversation() -> None:
        async with live_room(pace=Pace(1 / 240)) as room, chromium() as browser:
            phone = await browser.page()
            await phone.languages("fr-CA,en")
            await phone.screen(*PHONE)
            await phone.open(f"{room.origin()}/j")
            await _is_all_marked(phone)
            await join(room, phone, "Zoë")
            await _is_all_marked(phone)
            await phone.tap("#gear")
            await phone.until("document.querySelector('#settings').open")
            await _is_all_marked(phone)
            await phone.tap("#close")
            await phone.tap("#ready")
            await phone.until("petard.room.world && petard.room.world.tick > 0 && petard.room.secondsToGo()")
            await _is_all_marked(phone)
            await _choose(phone, "ru")
            await phone.until("document.querySelector('#close').textContent === 'Назад'")
            await _choose(phone, "en")
            await phone.until("document.querySelector('#close').textContent === 'Back'")
            await _choose(phone, "ru")
            await phone.until("document.documentElement.lang === 'ru'")
            await phone.reload()
            await phone.until("document.documentElement.lang === 'ru' && petard.seat")
            assert not phone.faults

    asyncio.run(conversation())


async def _is_all_marked(page: BrowserPage) -> None:
    await page.until("document.documentElement.lang === 'fr'")
    assert await page.value(UNMARKED) == []


async def _choose(page: BrowserPage, language: str) -> Any:
    chosen = f"const list = document.querySelector('#settings select'); list.value = {language!r}"
    await page.value(f"(() => {{ {chosen}; list.onchange() }})()")
