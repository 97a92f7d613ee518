"""Browsers in a real room: a pad plays as any client does, watchers see what all see, and neither is more than that."""

import asyncio
from contextlib import suppress

import pytest

from petard.server.web import relay
from petard.shared.protocol.messages import (
    Bye,
    Chat,
    Digest,
    Keyframe,
    Lobby,
    Roster,
    Round,
    Say,
    Setup,
    Welcome,
)
from petard.shared.protocol.state import digest_of
from tests.server.web.fake_room import upgrade
from tests.server.web.live_room import PATIENCE, live_room, until

LEAD = [Welcome, Lobby, Roster, Round, Keyframe]  # what leads up to now


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_a_pad_plays_a_round_beside_a_game_and_counts_as_a_client_of_its_own_address(host: str) -> None:
    async def conversation() -> None:
        async with live_room(host) as room, room.browser("pad", host) as pad:
            await pad.join("Ada")
            assert f"Ada ({host}) joined" in room.loopback.log_lines
            await pad.play(120)
            assert [seat.name for seat in room.loopback.room.seats.by_slot.values() if seat.member] == ["Ada"]
            await pad.send(Bye("done"))
            await until(lambda: f"Ada ({host}) left: done" in room.loopback.log_lines)
            while await pad.read():
                pass
            assert pad.close_code == 1000

    asyncio.run(conversation())


@pytest.fixture(autouse=True)
def _quick_confirmations(monkeypatch: pytest.MonkeyPatch) -> None:
    """The room's time passes quickly, so the relay has to confirm more often, too."""
    monkeypatch.setattr(relay, "CONFIRM_EVERY", 0.004)


def test_watchers_see_each_state_that_a_player_sees_whenever_they_come() -> None:
    async def conversation() -> None:
        async with live_room() as room, room.browser("pad") as pad, room.browser("watch") as first:
            await pad.join("Ada")
            playing = asyncio.create_task(pad.play(260))
            await first.until(lambda: bool(first.state and first.state.tick > 60))
            async with room.browser("watch") as second:
                await asyncio.gather(first.until_tick(200), second.until_tick(200))
            await playing
            assert [type(message) for message in second.received[: len(LEAD)]] == LEAD
            for watcher in (first, second):
                common = pad.states.keys() & watcher.states.keys()
                assert len(common) > 60
                assert all(pad.states[tick] == watcher.states[tick] for tick in common)
                digests = [message for message in watcher.received if isinstance(message, Digest)]
                assert any(digest_of(watcher.states[one.tick]) == one for one in digests if one.tick in watcher.states)

    asyncio.run(conversation())


def test_a_relay_is_no_member_takes_no_seat_and_is_never_host() -> None:
    async def conversation() -> None:
        async with live_room() as room, room.browser("watch") as watcher:
            await watcher.until(lambda: watcher.has(Roster))
            assert (room.loopback.room.people, room.loopback.room.is_idle) == (0, True)
            async with room.browser("pad") as pad:
                await pad.join("Ada")
                await watcher.until(lambda: any(isinstance(one, Lobby) and one.host for one in watcher.received))
            member = next(one.member for one in pad.received if isinstance(one, Welcome))
            lobby = next(one for one in reversed(watcher.received) if isinstance(one, Lobby) and one.host)
            roster = next(one for one in reversed(watcher.received) if isinstance(one, Roster))
            assert (lobby.host, roster.watchers, roster.unlisted) == (member, (), 0)
            welcome = watcher.received[0]
            assert isinstance(welcome, Welcome)
            assert (welcome.member, welcome.token) == (0, "")

    asyncio.run(conversation())


def test_what_is_for_one_member_alone_reaches_no_watcher() -> None:
    async def conversation() -> None:
        async with live_room() as room, room.browser("watch") as watcher, room.browser("pad") as pad:
            await watcher.until(lambda: watcher.has(Roster))
            await pad.join("Ada")
            async with room.browser("pad") as other:
                await other.join("Bo")
                await other.send(Setup("classic", "duel", 1, 0, 0))
                await other.until(lambda: other.has(Chat))
                await other.send(Say("hello"))
                await watcher.until(lambda: watcher.has(Chat))
            told = [message.text for message in watcher.received if isinstance(message, Chat)]
            assert told == ["hello"]

    asyncio.run(conversation())


def test_a_room_with_watchers_only_goes_to_sleep_once_they_have_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay, "LINGER", 0.05)

    async def conversation() -> None:
        async with live_room() as room:
            async with room.browser("watch") as watcher:
                await watcher.until(lambda: watcher.has(Lobby))
                assert not room.loopback.server.is_quiet
            await until(lambda: room.loopback.server.is_quiet)
            async with room.browser("watch") as again:
                await again.until(lambda: again.has(Lobby))

    asyncio.run(conversation())


def test_a_match_that_ends_is_forgotten_by_the_relay() -> None:
    async def conversation() -> None:
        async with live_room() as room, room.browser("watch") as watcher, room.browser("pad") as pad:
            await pad.join("Ada")
            await pad.play(60)
            room.loopback.server.broadcaster.enqueue(room.loopback.room.end_match())
            await watcher.until(lambda: watcher.has(Round) and type(watcher.received[-1]) is Roster)
            async with room.browser("watch") as late:
                await late.until(lambda: late.has(Roster))
                assert [type(message) for message in late.received] == LEAD[:3]

    asyncio.run(conversation())


def test_watchers_are_served_again_after_the_line_of_the_relay_broke(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay, "AGAIN_AFTER", 0.01)

    async def conversation() -> None:
        async with live_room() as room, room.browser("watch") as watcher:
            await watcher.until(lambda: watcher.has(Roster))
            (peer,) = room.loopback.server.connections.members.values()
            room.loopback.server.ends.disconnect([(peer, "broke")], room.loopback.now)
            await watcher.until(lambda: sum(type(one) is Welcome for one in watcher.received) == 2)

    asyncio.run(conversation())


def test_a_message_that_never_ends_is_cut_by_the_room() -> None:
    async def conversation() -> None:
        async with live_room() as room:
            reader, writer = await asyncio.open_connection("127.0.0.1", room.port)
            writer.write(upgrade(room.port, "pad"))
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"\x82\xfe\x0f\xa0" + bytes(4))  # 4000 bytes are said to follow
            async with asyncio.timeout(PATIENCE):
                with suppress(TimeoutError, ConnectionError):
                    while not reader.at_eof():
                        writer.write(b"x")
                        await asyncio.sleep(0.01)
                        with suppress(TimeoutError):
                            await asyncio.wait_for(reader.read(1000), 0.01)
            assert reader.at_eof() or reader.exception()  # of a reset, since it went on sending
            writer.close()
            assert any("sent no Hello within 5 seconds" in line for line in room.loopback.log_lines)

    asyncio.run(conversation())
