"""Join codes: a short word for an address, which the host reads out and others type instead of numbers and a port.

A code stands for an IPv4 address from the ranges of homes, schools and offices (RFC 1918; RFC 3927 for two machines on
one cable) and one of the ten ports that a server tries. The most common addresses have the shortest codes.

Rule 1: nothing is looked up; the code holds the whole address.
Rule 2: the last letter is a checksum: a code with one wrong letter, or with two neighbours swapped, is invalid.
Rule 3: no letter looks like a digit or like another letter: I, O and Q are not used.
"""

import ipaddress

LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"  # 23 letters; rule 2 needs a prime number
PORT, PORTS = 7777, 10
LEAST, MOST = 5, 8  # letters
_HOME, _CABLE, _MIDDLE, _LARGE = map(
    ipaddress.IPv4Network, ("192.168.0.0/16", "169.254.0.0/16", "172.16.0.0/12", "10.0.0.0/8")
)
# All addresses as runs of (network, first port, number of ports), the shortest codes first.
BLOCKS = [
    (net, *ports)
    for nets in ((_HOME, _CABLE), (_MIDDLE, _LARGE))
    for ports in ((PORT, 1), (PORT + 1, PORTS - 1))
    for net in nets
]


def encode_join_code(host: str, port: int) -> str:
    """Return the code of an address, or "" if it has none: it is not private, or the port is another one.

    >>> [encode_join_code(host, 7777) for host in ("192.168.0.17", "10.1.2.3", "8.8.8.8", "::1")]
    ['AAAUT', 'JSHUXV', '', '']
    """
    try:
        address = ipaddress.IPv4Address(host)
    except ValueError:
        return ""
    number = 0
    for net, first, ports in BLOCKS:
        if address in net and first <= port < first + ports:
            number += (int(address) - int(net.network_address)) * ports + port - first
            return _code(number)
        number += net.num_addresses * ports
    return ""


def decode_join_code(code: str) -> tuple[str, int] | None:
    """Return the address and port of a code, in upper or lower case; None if it is no valid code.

    >>> decode_join_code("aaaut"), decode_join_code("AAAVT"), decode_join_code("garden-pc")
    (('192.168.0.17', 7777), None, None)
    """
    word = code.strip().upper()
    if not _is_like_code(word):
        return None
    number = 0
    for letter in word[:-1]:
        number = number * len(LETTERS) + LETTERS.index(letter)
    if _code(number) != word:
        return None  # the checksum is wrong, or there is a shorter code of this number
    for net, first, ports in BLOCKS:
        if number < net.num_addresses * ports:
            return str(net.network_address + number // ports), first + number % ports
        number -= net.num_addresses * ports
    return None


def is_mistyped_code(code: str) -> bool:
    """True if the text has the letters and the length of a code but is invalid: probably a typing error.

    >>> is_mistyped_code("aaaut"), is_mistyped_code("aaavt"), is_mistyped_code("garden-pc")
    (False, True, False)
    """
    return _is_like_code(code.strip().upper()) and decode_join_code(code) is None


def _is_like_code(word: str) -> bool:
    return LEAST <= len(word) <= MOST and set(word) <= set(LETTERS)


def _code(number: int) -> str:
    digits: list[int] = []
    while number or len(digits) < LEAST - 1:
        number, digit = divmod(number, len(LETTERS))
        digits.insert(0, digit)
    # Each position has another factor, and 23 is prime: one changed letter or one swap always changes the sum.
    checksum = sum((place + 2) * digit for place, digit in enumerate(digits)) % len(LETTERS)
    return "".join(LETTERS[digit] for digit in [*digits, checksum])


def phone_link(place: str, scheme: str = "http") -> str:
    """Return the URL of the page with which a phone joins. `place`: HOST:PORT, where the server serves browsers.

    >>> phone_link("192.168.1.5:7780"), phone_link("[2001:db8::5]:7780")
    ('http://192.168.1.5:7780/j', 'http://[2001:db8::5]:7780/j')
    """
    return f"{scheme}://{place}/j"
