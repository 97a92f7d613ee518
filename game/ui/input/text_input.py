"""Where letters go: the text field with the focus, and the input method that composes letters for it.

Rule 1: text input is on only in a text field: an input method would eat the keys of the players.
Rule 2: while an input method composes, every key belongs to it: Enter chooses a candidate and sends nothing. When the
        field is left, what was not finished is dropped.
"""

from collections.abc import Callable
from typing import Protocol

import pygame


class ComposingField(Protocol):
    """What an input method needs of the text field that it writes into."""

    @property
    def is_composing(self) -> bool:
        """True while the field shows letters that are no text yet."""

    @property
    def caret(self) -> tuple[float, float, float, float]:
        """The box of the caret in the last picture, in logical units."""

    def compose(self, text: str, caret: int) -> None:
        """Show `text` as what is composed, with the caret behind so many of its letters; "" ends the composition."""


class TextInput:
    """The text field into which letters go, or None."""

    def __init__(self) -> None:
        self.field: ComposingField | None = None
        self._caret: pygame.Rect | None = None  # where the input method believes the caret of that field, in pixels
        pygame.key.stop_text_input()

    def set_field(self, field: ComposingField | None) -> None:
        """Set the text field that has the focus from now on, or that none has."""
        if field is self.field:
            return
        if self.field is not None:
            self.field.compose("", 0)
            pygame.key.stop_text_input()
        self.field, self._caret = field, None
        if field is not None:
            pygame.key.start_text_input()

    def place_candidates(self, to_pixels: Callable[[float, float, float, float], pygame.Rect]) -> None:
        """Tell the input method where the caret is: its list of candidates opens there. Call it once a picture.

        `to_pixels`: turns logical units into pixels (Canvas.pixels).
        """
        caret = to_pixels(*self.field.caret) if self.field else self._caret
        if caret is not None and caret != self._caret:
            self._caret = caret
            pygame.key.set_text_input_rect(caret)

    def handle_event(self, event: pygame.event.Event) -> bool:
        """Tell the field what is composed; return True for an event that belongs to the input method alone."""
        if self.field is None:
            return False
        if event.type == pygame.TEXTEDITING:
            self.field.compose(event.text, event.start)
            return True
        if event.type in (pygame.TEXTINPUT, pygame.WINDOWFOCUSLOST):
            self.field.compose("", 0)
        return event.type == pygame.KEYDOWN and self.field.is_composing
