"""Whole numbers, as people type them: in flags, in files, in chat, on the console. Pure.

Rule: a number is read whole or not at all, however long it is. Whoever checks one part of a text and uses another is
wrong about zeros in front; and Python itself reads no more than some 4000 digits.
"""

MOST = 10**9 - 1


def is_number(text: str) -> bool:
    """True if a text is digits and nothing else, of ASCII; it may still be too large for anything.

    >>> is_number("007"), is_number("-7"), is_number("²")
    (True, False, False)
    """
    return text.isascii() and text.isdigit()


def whole(text: str, most: int = MOST) -> int | None:
    """Read a whole number from 0 to `most`; None if it is none.

    >>> whole("7"), whole("0007"), whole("8", 7), whole("-1"), whole("")
    (7, 7, None, None, None)
    """
    digits = text.lstrip("0")
    if not is_number(text) or len(digits) > len(str(most)):
        return None
    number = int(digits or "0")
    return number if number <= most else None
