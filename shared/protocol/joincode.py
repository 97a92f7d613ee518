"""A short word for an address: what a host reads out and others type, instead of four numbers and a port.

It stands for an IPv4 address of the ranges that homes, schools and offices use (RFC 1918, and RFC 3927 for two machines
on one cable), and for one of the ten ports that a server tries. The commonest ones have the shortest words.

Rule 1: nothing is looked up and nobody is asked; the word holds all there is.
Rule 2: the last letter is a check: one wrong letter, or two neighbours the wrong way round, make no word.
Rule 3: no letter looks like a digit or like another: there is no I, O and Q.
"""

import ipaddress

LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"  # 23 of them; a prime number, which rule 2 rests on
PORT, PORTS = 7777, 10
LEAST, MOST = 5, 8  # letters
_HOMES = ("192.168.0.0/16", "169.254.0.0/16", "172.16.0.0/12", "10.0.0.0/8")


def _blocks() -> list[tuple[ipaddress.IPv4Network, int, int]]:
    """All places, as runs of (network, first port, number of ports); what comes first has the shortest words."""
    usual, cable, middle, large = map(ipaddress.IPv4Network, _HOMES)
    rest = (PORT + 1, PORTS - 1)
    first = [(net, PORT, 1) for net in (usual, cable)]
    then = [(net, *rest) for net in (usual, cable)]
    return [*first, *then, (middle, PORT, 1), (large, PORT, 1), (middle, *rest), (large, *rest)]


BLOCKS = _blocks()


def code_of(host: str, port: int) -> str:
    """Return the word for an address, or "" when there is none for it: it is not private, or the port is another.

    >>> code_of("192.168.0.17", 7777), code_of("10.1.2.3", 7778), code_of("8.8.8.8", 7777), code_of("::1", 7777)
    ('AAAUT', 'ENFHGSL', '', '')
    """
    try:
        address = ipaddress.IPv4Address(host)
    except ValueError:
        return ""
    number = 0
    for net, first, ports in BLOCKS:
        if address in net and first <= port < first + ports:
            number += (int(address) - int(net.network_address)) * ports + port - first
            return _word(number)
        number += net.num_addresses * ports
    return ""


def place_of(code: str) -> tuple[str, int] | None:
    """Return the address and port that a word stands for, in whatever case it was typed; None if it is no such word.

    >>> place_of("aaaut"), place_of("AAAVT"), place_of("garden-pc")
    (('192.168.0.17', 7777), None, None)
    """
    digits = [LETTERS.find(letter) for letter in code.strip().upper()]
    if not LEAST <= len(digits) <= MOST or -1 in digits or _check(digits[:-1]) != digits[-1]:
        return None
    number = 0
    for digit in digits[:-1]:
        number = number * len(LETTERS) + digit
    if _word(number) != code.strip().upper():
        return None  # a longer word than it takes
    for net, first, ports in BLOCKS:
        if number < net.num_addresses * ports:
            return str(net.network_address + number // ports), first + number % ports
        number -= net.num_addresses * ports
    return None


def is_nearly_one(code: str) -> bool:
    """True for what has the letters of such a word and is none: perhaps one was heard or typed wrongly.

    >>> is_nearly_one("aaaut"), is_nearly_one("aaavt"), is_nearly_one("garden-pc")
    (False, True, False)
    """
    word = code.strip().upper()
    return LEAST <= len(word) <= MOST and set(word) <= set(LETTERS) and place_of(word) is None


def _word(number: int) -> str:
    digits: list[int] = []
    while number or len(digits) < LEAST - 1:
        number, digit = divmod(number, len(LETTERS))
        digits.insert(0, digit)
    return "".join(LETTERS[digit] for digit in [*digits, _check(digits)])


def _check(digits: list[int]) -> int:
    # Each place counts another number of times, and 23 is prime: so one change, or a swap, always changes the sum.
    return sum((place + 2) * digit for place, digit in enumerate(digits)) % len(LETTERS)
