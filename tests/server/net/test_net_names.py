"""Names of pending clients in the log: control characters in them are shown as text and have no effect."""

import msgpack  # type: ignore[import-untyped]
import pytest

from petard.shared.framing import frame
from petard.shared.protocol.messages import BUILD, PROTOCOL, Hello
from tests.server.loopback import LoopbackServer, RawClient
from tests.shared.protocol.test_names import POSING

ODD = ["\x1b[2J", "a\r\nforged: ok", "\x00", "\x7f", "\u202eadA", "\u2028", "\x9b31m", "\ufeff", "\U000e0041", "%s\x08"]


def answered(loopback: LoopbackServer, guest: RawClient) -> None:
    """Wait until somebody was told anything."""
    loopback.until(lambda: guest.is_over or bool(guest.received))


@pytest.mark.parametrize("names", [ODD, POSING[::6]], ids=["odd", "posing"])
def test_no_control_byte_of_a_name_is_in_the_log(loopback: LoopbackServer, names: list[str]) -> None:
    for name in names:
        guest = loopback.connect()
        guest.send_bytes(frame(msgpack.packb([1, PROTOCOL, BUILD, name, 1, ""])))
        guest.link.send(Hello(PROTOCOL, BUILD, "Ada", 1, ""))
        answered(loopback, guest)
    loopback.run(2.0)
    assert loopback.log_lines
    assert all(line.isprintable() for line in loopback.log_lines)
    assert not any("\u202e" in line or "\x1b" in line for line in loopback.log_lines)
