"""Text that takes more than one line."""

from petard.game.ui.render.canvas import Canvas


def wrap_text(canvas: Canvas, text: str, size: float, width: float, most: int) -> list[str]:
    """Break a text between words into at most `most` lines; the last one takes the rest, for `fitted` to cut."""
    lines: list[str] = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if canvas.width_of(longer, size) <= width or not lines[-1] or len(lines) == most:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
