"""Relays over real sockets: games and browsers watch through one, and through a relay of it, whatever happens."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import aiohttp
import pytest

from petard.server.net.scram_keys import keys_of
from petard.server.policy.scram import ScramServer
from petard.server.policy.state_pace import StatePace
from petard.server.room.match_recorder import RecordedRoom
from petard.server.web import watchers
from petard.server.web.upstream import WATCHER, CannotRelay
from petard.shared.framing import frame
from petard.shared.protocol.codec import decode
from petard.shared.protocol.messages import (
    BUILD,
    PROTOCOL,
    Bye,
    Chat,
    Hello,
    Lobby,
    Say,
    Welcome,
)
from tests.sampled import sampled
from tests.server.loopback import LoopbackServer, RawClient
from tests.server.web.live_room import PATIENCE, Browser, until
from tests.server.web.relays import RelayHere, be_quick, game_at, relay_of, room_with_ada
from tests.server.web.test_hostile_browsers import KEYFRAME, STATE, SlowTransport

PASSWORD = "Zündschnur 7"
LOST = "Relay: The connection was lost. Trying again."


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    be_quick(monkeypatch)


@asynccontextmanager
async def browser_at(here: RelayHere) -> AsyncIterator[Browser]:
    """A browser that watches at a relay."""
    origin = f"http://127.0.0.1:{here.web}"
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{origin}/ws/watch", headers={"Origin": origin}, max_msg_size=1 << 20) as ws,
    ):
        yield Browser(ws)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_games_see_each_state_of_the_room_through_a_relay_and_through_a_relay_of_it(host: str) -> None:
    async def conversation() -> None:
        async with AsyncExitStack() as all_of:
            room = await all_of.enter_async_context(room_with_ada(host))
            first = await all_of.enter_async_context(relay_of(room.port, host))
            second = await all_of.enter_async_context(relay_of(first.port, host))
            games = [await all_of.enter_async_context(game_at(room, here.port, host)) for here in (first, second)]
            await until(lambda: min(game.tick for game in games) > 150)
            for game in games:
                common = game.seen.keys() & room.sent.keys()
                assert len(common) > 50
                assert all(game.seen[tick] == room.sent[tick] for tick in common)  # and each Digest was checked
                assert (game.session.problem, game.session.room.member) == ("", WATCHER)
            assert room.loopback.room.people == 2  # Ada and one relay

    asyncio.run(conversation())


def test_a_browser_watches_through_a_relay_and_reads_how_the_room_stands() -> None:
    async def conversation() -> None:
        async with room_with_ada() as room, relay_of(room.port) as here, browser_at(here) as browser:
            await browser.until(lambda: len(browser.states) > 30)
            common = browser.states.keys() & room.sent.keys()
            assert common
            assert all(browser.states[tick].snapshot == room.sent[tick] for tick in common)
            welcome = browser.received[0]
            assert isinstance(welcome, Welcome)
            assert (welcome.member, welcome.token, "relay" in welcome.words) == (0, "", True)
            async with aiohttp.ClientSession(f"http://127.0.0.1:{here.web}") as web:
                async with web.get("/status.json") as answer:
                    status = await answer.json()
                assert (status["name"], status["phase"], status["port"]) == ("Test", "playing", here.port)
                assert (status["seats"][0]["name"], status["host"]) == ("Ada", "Ada")
                async with web.get("/healthz") as answer:
                    assert (answer.status, await answer.text()) == (200, "ok\n")
                for path in ("/j", "/ws/pad"):
                    async with web.get(path) as answer:
                        assert (answer.status, "only watch" in await answer.text()) == (404, True)

    asyncio.run(conversation())


def test_a_relay_takes_no_seat_and_is_never_host_even_if_it_came_first() -> None:
    loopback = LoopbackServer()
    first = loopback.connect()
    first.send(Hello(PROTOCOL, BUILD, "Relay", 0, "", ("relay",)))
    loopback.until(lambda: bool(first.all_of(Lobby)))
    lobby = first.all_of(Lobby)[-1]
    assert isinstance(lobby, Lobby)
    assert lobby.host == 0
    ada = loopback.member("Ada")
    host = loopback.room.seats.host
    assert loopback.room.seats.members[host].name == "Ada"
    ada.send(Bye(""))
    loopback.until(lambda: loopback.room.people == 1)
    assert loopback.room.seats.host == 0
    loopback.close()


def test_a_client_that_plays_is_no_relay_whatever_words_it_says() -> None:
    loopback = LoopbackServer()
    client = loopback.connect()
    client.send(Hello(PROTOCOL, BUILD, "Ada", 1, "", ("relay",)))
    loopback.until(lambda: bool(client.all_of(Lobby)))
    assert loopback.room.seats.host
    loopback.close()


def test_games_that_want_to_play_or_talk_read_where_and_chat_goes_on_once() -> None:
    async def conversation() -> None:
        async with room_with_ada(plays=False) as room, relay_of(room.port) as here, game_at(room, here.port) as game:
            await until(lambda: game.read_lines)
            game.session.send_chat("Hello?")
            game.writer.write(game.session.link.data_to_send())
            await until(lambda: len(game.read_lines) == 2)
            assert all("join the room itself" in line for line in game.read_lines)
            room.ada.send(Say("Hello!"))
            await until(lambda: len(game.read_lines) > 2)
            assert game.read_lines[2:] == ["Ada: Hello!"]

    asyncio.run(conversation())


def test_a_relay_proves_the_password_and_asks_games_for_the_same_one() -> None:
    async def conversation() -> None:
        async with room_with_ada() as room:
            room.loopback.server.handshake.scram = ScramServer(keys_of(PASSWORD, 4096), lambda: "n" * 24)
            with pytest.raises(CannotRelay, match="That is not the password of this room"):
                async with relay_of(room.port, password="wrong"):
                    raise AssertionError
            with pytest.raises(CannotRelay, match="This room has a password"):
                async with relay_of(room.port):
                    raise AssertionError
            async with (
                relay_of(room.port, password=PASSWORD) as here,
                game_at(room, here.port, password=PASSWORD) as game,
                game_at(room, here.port) as other,
            ):
                await until(lambda: game.tick > 10 and other.session.problem)
                assert (other.session.problem, other.tick) == ("This room has a password.", -1)
                assert game.session.link.login.has_proved

    asyncio.run(conversation())


def test_watchers_stay_and_read_one_sentence_when_the_room_is_lost_and_see_it_again() -> None:
    async def conversation() -> None:
        async with (
            room_with_ada() as room,
            relay_of(room.port) as here,
            game_at(room, here.port) as game,
            browser_at(here) as browser,
        ):
            await until(lambda: game.tick > 10)
            server, here_now = room.loopback.server, room.loopback.room
            (peer,) = [one for one in server.connections.members.values() if one.identity.name == "Relay"]
            server.ends.disconnect([(peer, "broke")], room.loopback.now)
            await until(lambda: LOST in game.read_lines and here_now.people == 2)
            before = game.tick
            await until(lambda: game.tick > before + 30)
            await browser.until(lambda: bool(browser.state and browser.state.tick > before))
            assert (game.session.problem, game.read_lines.count(LOST)) == ("", 1)
            lines = [f"{one.name}: {one.text}" for one in browser.received if isinstance(one, Chat)]
            assert (lines.count(LOST), sum(type(one) is Welcome for one in browser.received)) == (1, 1)
            assert [one.name for one in here_now.persons()] == ["Ada", "Relay"]  # it came back by its token

    asyncio.run(conversation())


def test_a_room_that_closes_is_tried_again_and_games_may_still_come() -> None:
    async def conversation() -> None:
        async with room_with_ada() as room, relay_of(room.port) as here, game_at(room, here.port) as game:
            await until(lambda: game.tick > 5)
            room.loopback.server.close("The server was stopped.", room.loopback.now)
            await until(lambda: "Relay: The server was stopped. Trying again." in game.read_lines)
            async with game_at(room, here.port) as late:
                await until(lambda: late.tick >= 0)
            await until(lambda: any("The next try is in" in line for line in here.lines))
            assert game.session.problem == ""

    asyncio.run(conversation())


def test_games_stay_at_a_relay_that_finds_the_room_at_a_standby() -> None:
    async def conversation() -> None:
        async with AsyncExitStack() as all_of:
            again = await all_of.enter_async_context(room_with_ada())
            async with room_with_ada() as first:
                standbys = (f"127.0.0.1:{again.port}",)
                first.loopback.room.recorder.room = RecordedRoom("Room", first.port, 1, standbys)
                first.loopback.server.broadcaster.enqueue(first.loopback.room.membership.state())
                here = await all_of.enter_async_context(relay_of(first.port))
                game = await all_of.enter_async_context(game_at(first, here.port))
                await until(lambda: game.tick > 5)
            await until(lambda: "Relay" in [one.name for one in again.loopback.room.persons()])
            assert any(f"at 127.0.0.1:{again.port}." in line for line in here.lines)
            assert game.session.problem == ""

    asyncio.run(conversation())


def test_games_stay_at_a_relay_while_the_server_of_the_room_is_started_again() -> None:
    async def conversation() -> None:
        async with AsyncExitStack() as all_of:
            async with room_with_ada() as first:
                here = await all_of.enter_async_context(relay_of(first.port))
                game = await all_of.enter_async_context(game_at(first, here.port))
                first.ada.send(Say("Hello!"))
                await until(lambda: game.tick > 30 and "Ada: Hello!" in game.read_lines)
            again = await all_of.enter_async_context(room_with_ada(port=first.port))
            game.now = lambda: first.loopback.now + again.loopback.now - 1000
            await until(lambda: again.loopback.room.people == 2)
            game.seen.clear()
            again.ada.send(Say("Once more!"))
            await until(lambda: game.tick > 60 and "Ada: Once more!" in game.read_lines)
            common = game.seen.keys() & again.sent.keys()
            assert all(game.seen[tick] == again.sent[tick] for tick in common)
            assert (len(common) > 10, game.session.problem) == (True, "")

    asyncio.run(conversation())


def test_a_stop_tells_the_games_and_leaves_the_room_for_good() -> None:
    async def conversation() -> None:
        async with room_with_ada() as room:
            async with relay_of(room.port) as here, game_at(room, here.port) as game:
                await until(lambda: game.tick > 5)
                here.over.set()
                await here.task
                await until(lambda: game.session.problem == "The relay was stopped.")
            await until(lambda: room.loopback.room.people == 1)
            assert any(line.endswith("left") and "Relay" in line for line in room.loopback.log_lines)

    asyncio.run(conversation())


def test_a_game_that_confirms_nothing_is_spared_states_and_then_has_the_one_of_now() -> None:
    pace = StatePace(60)
    crowd, silent = watchers.Watchers(lambda: KEYFRAME), SlowTransport()
    crowd.add(silent, [], 0.0, frame, pace)
    for turn in range(1, 60):
        silent.waiting = 0  # the kernel takes it all
        crowd.send([(STATE, type(decode(STATE)))], turn / 60)
    assert len(silent.written) - 1 == pace.sent <= pace.window + 1
    pace.note_seen(pace.sent, 1.0)
    silent.waiting = 0
    crowd.send([(STATE, type(decode(STATE)))], 1.0)
    assert silent.written[-1] == frame(KEYFRAME)


def test_a_watcher_that_reads_nothing_delays_nobody() -> None:
    async def conversation() -> None:
        async with room_with_ada() as room, relay_of(room.port) as here, game_at(room, here.port) as game:
            stuck = RawClient(here.port, read_buffer=4096)
            stuck.send(Hello(PROTOCOL, BUILD, "Stuck", 0, ""))
            await until(lambda: game.tick > 100)
            while not stuck.received or stuck.states < 2:  # now it reads, and gets what leads up to now
                stuck.read()
                await asyncio.sleep(0.001)
            before = game.tick
            await until(lambda: game.tick > before + 10)
            assert stuck.states < 60
            assert game.session.problem == ""
            stuck.sock.close()

    asyncio.run(conversation())


@pytest.mark.skipif(sys.platform == "win32", reason="a signal ends a process there without a word")
@pytest.mark.parametrize("number", sampled([signal.SIGTERM, signal.SIGINT], 2))
def test_the_command_relays_until_a_signal(number: signal.Signals) -> None:
    async def conversation() -> None:
        async with room_with_ada(plays=False) as room:
            words = ["relay", f"127.0.0.1:{room.port}", "--host", "127.0.0.1", "--port", "0", "--web", "off"]
            command = [sys.executable, "-m", "petard.server", *words]
            process = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE)
            assert process.stderr
            async with asyncio.timeout(PATIENCE):
                line = await process.stderr.readline()
                assert b"games watch at port" in line
                async with game_at(room, int(line.split()[-1])) as game:
                    await until(lambda: game.session.room.lobby)
                    process.send_signal(number)
                    await until(lambda: game.session.problem == "The relay was stopped.")
                assert (await process.wait(), await process.stderr.read()) == (0, b"")

    asyncio.run(conversation())
