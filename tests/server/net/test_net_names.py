"""Names of strangers on their way into the log: whatever they hold, it is shown and does nothing."""

import msgpack  # type: ignore[import-untyped]
import pytest

from petard.shared.framing import frame
from petard.shared.protocol.messages import BUILD, PROTOCOL, Hello
from tests.server.house import Guest, House
from tests.shared.protocol.test_confusables import POSING

ODD = ["\x1b[2J", "a\r\nforged: ok", "\x00", "\x7f", "\u202eadA", "\u2028", "\x9b31m", "\ufeff", "\U000e0041", "%s\x08"]


def answered(house: House, guest: Guest) -> None:
    """Wait until somebody was told anything."""
    house.until(lambda: guest.is_over or bool(guest.heard))


@pytest.mark.parametrize("names", [ODD, POSING[::6]], ids=["odd", "posing"])
def test_no_raw_control_byte_is_in_a_log_whatever_somebody_calls_himself(house: House, names: list[str]) -> None:
    for name in names:
        guest = house.guest()
        guest.send(frame(msgpack.packb([1, PROTOCOL, BUILD, name, 1, ""])))
        guest.link.send(Hello(PROTOCOL, BUILD, "Ada", 1, ""))
        answered(house, guest)
    house.run(2.0)
    assert house.lines
    assert all(line.isprintable() for line in house.lines)
    assert not any("\u202e" in line or "\x1b" in line for line in house.lines)
