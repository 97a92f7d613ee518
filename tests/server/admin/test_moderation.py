"""Kick, ban and unban: who is removed, what everybody reads, and who cannot join again for how long."""

from functools import partial
from ipaddress import IPv4Interface
from pathlib import Path

import pytest

from petard.server.admin.moderation import KICK_SECONDS
from petard.server.policy.bans import FOR_EVER, NAME, Ban
from petard.server.results.writer import ResultsWriter
from petard.shared.protocol.messages import BUILD, PROTOCOL, Hello, RefusalCode, Refused, Welcome
from tests.server.admin.admin_server import CLOCK, AdminServer, last_word, lines_of
from tests.server.loopback import RawClient


def say_hello(admin: AdminServer, name: str, token: str = "") -> RawClient:
    """Send Hello as a new client and wait for the answer."""
    guest = admin.loopback.connect()
    guest.send(Hello(PROTOCOL, BUILD, name, 1, token))
    admin.loopback.until(lambda: bool(guest.received))
    return guest


def is_disconnected(admin: AdminServer, name: str) -> bool:
    """Return True once a member is disconnected."""
    return any(one.name == name and not one.peer for one in admin.loopback.room.persons())


def refusal(guest: RawClient) -> str:
    refused = guest.received[0]
    assert isinstance(refused, Refused), refused
    assert refused.code is RefusalCode.BANNED
    return refused.sentence


def token_of(guest: RawClient) -> str:
    welcome = guest.received[0]
    assert isinstance(welcome, Welcome), welcome
    return welcome.token


@pytest.mark.parametrize("who", ["Grace", "grace", "Gr", "1", '"Grace"'])
def test_a_kicked_player_and_the_others_read_the_reason(admin: AdminServer, who: str) -> None:
    ada, grace = admin.loopback.member("Ada"), admin.loopback.member("Grace")
    assert admin.console(f"kick {who} being loud") == ["Grace was put out"]
    assert last_word(grace) == "You were put out of this room: being loud."
    assert "Grace was put out: being loud." in lines_of(ada)
    assert admin.loopback.room.people == 1
    assert "console: kick" in "\n".join(admin.loopback.log_lines)


def test_a_kicked_player_cannot_use_the_old_token_and_has_to_wait(admin: AdminServer) -> None:
    admin.loopback.member("Ada")
    token = token_of(admin.loopback.member("Grace"))
    admin.console("kick Grace")
    assert not admin.loopback.room.seats.owner_of(token)
    for name in ("Grace", "GRACE"):
        assert refusal(say_hello(admin, name, token)) == "You were put out of this room. Try again in 60 seconds."
    assert isinstance(say_hello(admin, "Linus").received[0], Welcome)  # all come from this machine, so the name counts
    admin.wait(KICK_SECONDS)
    back = say_hello(admin, "Grace", token).received[0]
    assert isinstance(back, Welcome)
    assert not back.returned


def test_a_disconnected_player_can_be_kicked(admin: AdminServer) -> None:
    ada, grace = admin.loopback.member("Ada"), admin.loopback.member("Grace")
    token = token_of(grace)
    grace.reset()
    admin.loopback.until(lambda: admin.loopback.room.people == 1)
    assert [seat.is_away for seat in admin.loopback.room.status().seats] == [False, True]
    assert admin.console("kick Grace") == ["Grace was put out"]
    assert len(admin.loopback.room.status().seats) == 1
    assert not admin.loopback.room.seats.owner_of(token)
    assert "Grace was put out." in lines_of(ada)


def test_a_ban_by_name_removes_the_player_and_refuses_similar_names(admin: AdminServer) -> None:
    admin.loopback.member("Ada")
    grace = admin.loopback.member("Grace")
    assert admin.console("ban Grace 30m spam") == ["banned the name Grace for 30 minutes; put out: Grace"]
    assert last_word(grace) == "You are banned from this server for another 30 minutes: spam."
    assert refusal(say_hello(admin, "GRACE")) == "You are banned from this server for another 30 minutes: spam."
    admin.wait(60)
    assert refusal(say_hello(admin, "Grace")) == "You are banned from this server for another 29 minutes: spam."
    assert admin.console("bans") == ["1. the name Grace for 29 minutes, by console: spam"]
    assert admin.console("unban grace") == ["lifted the ban of the name Grace"]
    assert isinstance(say_hello(admin, "Grace").received[0], Welcome)


def test_a_remote_player_is_banned_by_name_and_address_and_both_are_lifted_together(admin: AdminServer) -> None:
    admin.loopback.member("Ada")
    grace = admin.loopback.member("Grace")
    next(
        peer for peer in admin.loopback.server.connections.members.values() if peer.identity.name == "Grace"
    ).identity.address = "10.0.0.7"
    answer = admin.console("ban Grace forever")
    assert answer == ["banned the name Grace and the address 10.0.0.7 of Grace for ever; put out: Grace"]
    assert last_word(grace) == "You are banned from this server."
    refusal = admin.loopback.server.handshake.access_control
    assert refusal("10.0.0.7", "Somebody", 0.0)
    assert not refusal("10.0.0.8", "Somebody", 0.0)
    assert [ban.what for ban in admin.bans.listed(CLOCK)] == ["Grace", "10.0.0.7"]
    admin.console("unban Grace")
    assert admin.bans.listed(CLOCK) == []


def test_a_removed_player_is_gone_for_the_next_command(admin: AdminServer) -> None:
    for name in ("Ada", "Grace", "Linus"):
        admin.loopback.member(name)
    now = admin.loopback.now
    admin.dispatcher.run("kick Grace", now)
    admin.dispatcher.run("ban Linus", now)
    (line,) = admin.dispatcher.run("players", now)
    assert "Ada" in line


def test_a_player_who_is_away_is_kicked_and_banned_by_the_last_address(admin: AdminServer) -> None:
    admin.loopback.member("Ada")
    for name in ("Grace", "Linus"):
        guest = admin.loopback.member(name)
        member = next(one for one in admin.loopback.room.seats.members.values() if one.name == name)
        member.address_group = "2001:db8:2::/64" if name == "Grace" else "10.0.0.7"
        guest.reset()
        admin.loopback.until(partial(is_disconnected, admin, name))
    admin.console("kick Grace")
    assert admin.moderation.refusal("2001:db8:2::77", "Mallory", admin.loopback.now)
    answer = admin.console("ban Linus 2h")
    assert answer == ["banned the name Linus and the address 10.0.0.7 of Linus for 2 hours; put out: Linus"]
    assert admin.moderation.refusal("10.0.0.7", "Mallory", admin.loopback.now)


def test_a_host_does_not_ban_themself_with_a_player_behind_the_same_router(admin: AdminServer) -> None:
    ada, _, _ = (admin.loopback.member(name) for name in ("Ada", "Sib", "Bro"))
    for peer in admin.loopback.server.connections.members.values():
        peer.identity.address = "2001:db8:2::5"
    said = "Banned the name Sib for 5 minutes, by name alone: you come from the same address; put out: Sib"
    assert said in admin.chat(ada, "/ban Sib 5m")
    told = admin.chat(ada, "/kick Bro")
    assert "Bro was put out, by name alone: you come from the same address" in told
    assert not admin.moderation.refusal("2001:db8:2::5", "Ada", admin.loopback.now)
    assert admin.moderation.refusal("2001:db8:2::5", "Bro", admin.loopback.now)
    assert admin.loopback.room.people == 1


def test_a_new_address_of_this_machine_cannot_be_banned(admin: AdminServer) -> None:
    own = [IPv4Interface("10.0.0.9/24")]
    admin.moderation.own_addresses = lambda: own
    assert admin.console("ban 10.0.0.0/24") == [
        "error: a part of 10.0.0.0/24 is this machine itself: that would lock you out"
    ]
    own[0] = IPv4Interface("10.0.1.9/24")
    assert admin.console("ban 10.0.0.0/24 5m") == ["banned the network 10.0.0.0/24 for 5 minutes"]


@pytest.mark.parametrize("time", ["0s", "5min", "30M", "3"])
def test_a_wrong_time_is_an_error_and_not_taken_as_the_reason(admin: AdminServer, time: str) -> None:
    admin.loopback.member("Ada")
    answer = admin.console(f"ban Ada {time} rude")
    assert answer == [f"error: a time is such as 30m, 2h, 7d or forever, not '{time}'"]
    assert admin.loopback.room.people == 1


def test_a_banned_network_removes_its_players_but_none_of_this_machine(admin: AdminServer) -> None:
    admin.loopback.member("Ada")
    admin.loopback.member("Grace")
    next(
        peer for peer in admin.loopback.server.connections.members.values() if peer.identity.name == "Grace"
    ).identity.address = "10.1.0.7"
    assert admin.console("ban 10.0.0.0/8 2h") == ["banned the network 10.0.0.0/8 for 2 hours; put out: Grace"]
    answer = admin.console("ban 127.0.0.1")
    assert answer == ["error: 127.0.0.1 is this machine itself: that would lock you out"]
    assert admin.loopback.room.people == 1


def test_a_name_can_be_banned_before_it_joins(admin: AdminServer) -> None:
    assert admin.console('ban "10 Rude Words" 2d') == ["banned the name 10 Rude Words for 2 days"]
    assert admin.console('ban "10.0.0.1"') == ["banned the name 10.0.0.1 for 24 hours"]
    assert refusal(say_hello(admin, "10 Rude Words")).startswith("You are banned")
    assert admin.console("ban 7") == ["error: nobody sits in slot 7; use the name of a spectator"]


def test_bans_are_stored_beyond_the_end_of_the_server(admin: AdminServer, tmp_path: Path) -> None:
    results = ResultsWriter(tmp_path / "room.sqlite", admin.loopback.log)
    admin.moderation.store = results.store
    for line in ("ban Grace 30m spam", "ban 10.0.0.0/8 forever", "ban Linus", "unban Linus"):
        admin.console(line)
    results.close()
    again = ResultsWriter(tmp_path / "room.sqlite", admin.loopback.log)
    assert again.bans == admin.bans.listed(CLOCK)
    assert [ban.what for ban in again.bans] == ["Grace", "10.0.0.0/8"]
    again.close()


def test_a_host_bans_only_players_who_are_here_for_a_day_at_most_and_sees_no_address(admin: AdminServer) -> None:
    ada, grace = admin.loopback.member("Ada"), admin.loopback.member("Grace")
    next(
        peer for peer in admin.loopback.server.connections.members.values() if peer.identity.name == "Grace"
    ).identity.address = "10.0.0.7"
    admin.bans.add(Ban(NAME, "Mallory", "", FOR_EVER, "console", CLOCK))
    assert admin.chat(grace, "/kick Ada") == ["Kick is not for you to say."]
    assert admin.chat(ada, "/ban Grace 2d") == ["A host bans for a day at most; the console can ban for longer."]
    assert admin.chat(ada, "/ban Grace forever")[0].startswith("A host bans for a day at most")
    assert admin.chat(ada, "/ban 10.0.0.0/8") == ["Nobody here is '10.0.0.0/8'."]
    assert admin.chat(ada, "/ban Ada") == ["That is you; to leave, press Escape."]
    answer = admin.chat(ada, "/ban Grace 1h rude")
    assert "Banned the name Grace and the address of Grace for 60 minutes; put out: Grace" in answer
    assert "Grace was banned: rude." in answer
    assert admin.chat(ada, "/bans")[1:] == [
        "2. the name Grace for 60 minutes, by host Ada: rude",
        "3. the address of Grace for 60 minutes, by host Ada: rude",
    ]
    assert admin.chat(ada, "/unban Mallory") == ["Only the console can lift that ban."]
    assert admin.chat(ada, "/unban Grace") == ["Lifted the ban of the name Grace and the address of Grace"]


def test_an_error_says_what_would_be_right(admin: AdminServer) -> None:
    admin.loopback.member("Ada")
    admin.loopback.member("Adam")
    assert admin.console("kick A") == ["error: 'A' fits Ada and Adam: give more of the name, or the slot number"]
    assert admin.console("kick Adxm") == ["error: nobody here is 'Adxm'; did you mean Adam?"]
    assert admin.console("kick") == ["error: usage: kick WHO [REASON]"]
    assert admin.console("unban Zoe") == ["error: there is no ban of 'Zoe'; `bans` lists them"]
    assert admin.console("unban 0") == ["error: there is no ban of '0'; `bans` lists them"]
    assert admin.console("bans") == ["nobody is banned"]
    assert admin.loopback.room.people == 2


def test_bots_cannot_be_kicked_or_banned() -> None:
    admin = AdminServer(bots=2)
    admin.loopback.member("Ada")
    bot = next(seat for seat in admin.loopback.room.status().seats if seat.is_bot)
    for who in (bot.name, str(bot.slot)):
        assert "set bots NUMBER" in admin.console(f"kick {who}")[0]
    admin.close()
