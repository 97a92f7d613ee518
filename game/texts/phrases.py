"""Texts of the window that are said in the language of the person: written in English, translated when they are drawn.

Rule 1: a Phrase is its English text, and knows how to be said in another language. So code that makes texts is pure and
        compares them as text; only the Canvas, which has the Catalogue, translates.
Rule 2: a sentence is one phrase with names and numbers as its values, and never put together from parts of sentences.
        What is joined loses the language, unless `joined` does it.
Rule 3: the first argument of `tr`, `trc` and `trn` is written out, since Babel collects the texts from the source.
"""

import gettext
from collections.abc import Iterable, Mapping
from typing import Any, Self

PLURAL = "count"  # the name of the number in a text with two forms


class Phrase(str):
    """A text that a Catalogue can translate; as a string it is English."""

    __slots__ = ("context", "plural", "template", "values")

    template: str
    plural: str  # the English plural, "" for a text without a number
    context: str  # tells texts apart that are equal in English only
    values: Mapping[str, Any]  # by their names in the template; a Phrase among them is translated, too

    def __new__(cls, template: str, values: Mapping[str, Any], plural: str = "", context: str = "") -> Self:
        form = plural if plural and values[PLURAL] != 1 else template
        phrase = super().__new__(cls, form.format_map(values) if values else form)
        phrase.template, phrase.plural, phrase.context, phrase.values = template, plural, context, values
        return phrase

    def __str__(self) -> str:
        return self  # an exception whose text this is keeps it

    def __reduce__(self) -> tuple[type[Self], tuple[str, Mapping[str, Any], str, str]]:
        return type(self), (self.template, self.values, self.plural, self.context)

    def fill(self, **values: object) -> "Phrase":
        """The same text with values in it, for texts that stand in tables."""
        return Phrase(self.template, values, self.plural, self.context)


def tr(text: str, /, **values: object) -> Phrase:
    """A text, with values for the names in braces.

    >>> tr("{name} wins the round!", name="Ada")
    'Ada wins the round!'
    """
    return Phrase(text, values)


def trc(context: str, text: str, /, **values: object) -> Phrase:
    """A text that means different things in different places.

    >>> trc("button", "Play")
    'Play'
    """
    return Phrase(text, values, context=context)


def trn(one: str, many: str, count: int, /, **values: object) -> Phrase:
    """A text with a number: its English forms for 1 and for other numbers. Other languages have more, or fewer.

    >>> trn("{count} player", "{count} players", 1), trn("{count} player", "{count} players", 5)
    ('1 player', '5 players')
    """
    return Phrase(one, {PLURAL: count, **values}, many)


def joined(separator: str, parts: Iterable[str]) -> str:
    """The parts that are not empty, with `separator` between them, each said in the language of the person.

    >>> joined(" · ", ["classic", "", tr("clip")])
    'classic · clip'
    """
    values = {f"part{place}": part for place, part in enumerate(filter(None, parts))}
    return Phrase(separator.join("{" + name + "}" for name in values), values)


class Catalogue:
    """Says phrases in one language; without translations, in English."""

    def __init__(self, language: str = "en", translations: gettext.NullTranslations | None = None) -> None:
        """`language`: its code in ISO 639-1."""
        self.language = language
        self._translations = translations or gettext.NullTranslations()

    def translate(self, text: str) -> str:
        """A phrase in this language; any other text as it is."""
        if not isinstance(text, Phrase):
            return text
        template, plural, context, found = text.template, text.plural, text.context, self._translations
        if plural:
            form = found.ngettext(template, plural, text.values[PLURAL])
        else:
            form = found.pgettext(context, template) if context else found.gettext(template)
        return form.format_map({name: self.said(value) for name, value in text.values.items()}) if text.values else form

    def said(self, value: object) -> object:
        return self.translate(value) if isinstance(value, Phrase) else value
