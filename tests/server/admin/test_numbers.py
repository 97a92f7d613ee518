"""Numbers in commands: leading zeros change nothing, and a number that is too large is an error."""

from tests.server.admin.admin_server import AdminServer
from tests.server.policy.test_numbers import TOO_LARGE, ZEROS

COMMANDS = ("set bots", "set skill", "set rounds", "set drain", "shutdown", "kick", "ban", "unban")


def test_a_number_that_is_too_large_is_an_error(admin: AdminServer) -> None:
    admin.loopback.member("Ada")
    for command in COMMANDS:
        for text in (ZEROS + "999", *TOO_LARGE)[command in ("set drain", "shutdown") :]:
            (line,) = admin.console(f"{command} {text}")
            assert line.startswith("error: "), (command, text)
    (line,) = admin.console(f"ban {ZEROS}00004")
    assert line == "error: nobody sits in slot 4; use the name of a spectator"
