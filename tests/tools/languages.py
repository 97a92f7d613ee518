"""The texts of the window and the pages in other languages: collects them, and compiles the catalogues. Needs Babel.

    python -m tests.tools.languages

It writes new texts into the .po files of each language, drops those that are gone, compiles the .mo files and the JSON
of the pages, and prints what is not translated yet. Texts that are gone are lost: rename them in the .po files before.
"""

import io
import sys
from datetime import datetime
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from petard.game.config.languages import DOMAIN, LANGUAGES
from tests.tools import page_words

ROOT = Path(__file__).parents[2]
LOCALE = ROOT / "assets" / "locale"
FOREIGN = [code for code in LANGUAGES if code != "en"]  # the source is English
KEYWORDS = {"tr": None, "trn": (1, 2), "trc": ((1, "c"), 2)}
UNDATED = datetime(2026, 1, 1)  # so that a .mo file changes only with the texts


@cache
def texts() -> Catalog:
    """All texts of the game, without translations, each with the files that have it."""
    found = Catalog(project="Petard", charset="utf-8")
    folder = ROOT / "game"
    for file, _, message, _, context in extract_from_dir(folder, [("**.py", "python")], keywords=KEYWORDS):
        found.add(message, locations=[(f"game/{Path(file).as_posix()}", 1)], context=context)
    return found


def po_file(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def catalogue(language: str) -> Catalog:
    """What the .po file of a language says."""
    with po_file(language).open("rb") as file:
        return read_po(file, locale=language)


def merged(language: str) -> Catalog:
    """The texts of the game with the translations that there are."""
    known, new = catalogue(language), Catalog(language, charset="utf-8", fuzzy=False)
    new.mime_headers = known.mime_headers  # with the rule for the forms of texts with a number
    for text in texts():
        if text.id:
            old = known.get(text.id, text.context)
            string = old.string if old and old.id == text.id else ""
            new.add(text.id, string, text.locations, context=text.context)
    return new


def written(catalog: Catalog) -> bytes:
    """The text of a .po file. It has no dates, so that it changes only with the texts."""
    out = io.BytesIO()
    write_po(out, catalog, width=120, sort_by_file=True, include_lineno=False, omit_header=True)
    plural = f"nplurals={catalog.num_plurals}; plural={catalog.plural_expr};"
    head = (f"Language: {catalog.locale}", "Content-Type: text/plain; charset=utf-8", f"Plural-Forms: {plural}")
    lines = "".join(f'"{line}\\n"\n' for line in head)
    return f'msgid ""\nmsgstr ""\n{lines}\n'.encode() + out.getvalue()


def compiled(catalog: Catalog) -> bytes:
    """The bytes of a .mo file."""
    out = io.BytesIO()
    catalog.creation_date = catalog.revision_date = UNDATED
    write_mo(out, catalog)
    return out.getvalue()


def untranslated(catalog: Catalog) -> list[Message]:
    """The texts of a catalogue that lack a translation, or one of its forms."""
    return [text for text in catalog if text.id and not (all(text.string) if text.pluralizable else text.string)]


def main() -> int:
    missing = 0
    for language in FOREIGN:
        catalog = merged(language)
        po_file(language).write_bytes(written(catalog))
        po_file(language).with_suffix(".mo").write_bytes(compiled(catalogue(language)))
        of_pages = page_words.merged(language, catalogue(language))
        page_words.po_file(language).write_bytes(written(of_pages))
        page_words.json_file(language).write_bytes(page_words.words(language, catalogue(language)))
        for text in untranslated(catalog) + untranslated(of_pages):
            missing += 1
            sys.stdout.write(f"{language}: {text.id!r}\n")
    sys.stdout.write(f"{missing} texts are not translated.\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
