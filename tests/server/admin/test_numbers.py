"""Numbers in orders: zeros in front change nothing, and what is too large is a sentence."""

from tests.server.admin.admin_server import AdminServer
from tests.server.policy.test_numbers import TOO_LARGE, ZEROS

COMMANDS = ("set bots", "set skill", "set rounds", "set drain", "shutdown", "kick", "ban", "unban")


def test_a_number_too_large_for_anything_is_answered_with_a_sentence_and_ends_nothing(admin: AdminServer) -> None:
    admin.house.member("Ada")
    for order in COMMANDS:
        for text in (ZEROS + "999", *TOO_LARGE)[order in ("set drain", "shutdown") :]:
            (line,) = admin.console(f"{order} {text}")
            assert line.startswith("error: "), (order, text)
    (line,) = admin.console(f"ban {ZEROS}00004")
    assert line == "error: nobody sits in slot 4; use the name of a spectator"
