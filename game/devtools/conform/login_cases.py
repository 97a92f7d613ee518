"""Cases of the full level: joining, coming back, the order of messages, and the times of a server."""

import time

from petard.game.devtools.conform.case import Case, CheckedServer, hello
from petard.game.devtools.conform.probe import ANSWER, CaseFailed, Probe, framed
from petard.shared.protocol.messages import (
    Bye,
    Chat,
    Input,
    Lobby,
    Look,
    Ping,
    Pong,
    Ready,
    RefusalCode,
    Refused,
    Results,
    Roster,
    Say,
    Setup,
    Welcome,
)

LOGIN, END = "Joining and coming back", "What ends a connection"
SLACK = 2.5  # seconds that an end may come late


def lets_in(server: CheckedServer) -> None:
    probe = server.connect()
    probe.say(hello())
    for kind in (Welcome, Lobby, Roster):
        probe.expect(kind)


def knows_its_member(server: CheckedServer) -> None:
    probe = server.join("Ada")
    if probe.welcome.member not in [seat.member for seat in probe.expect(Roster).seats]:
        raise CaseFailed(f"No seat of the Roster has the member {probe.welcome.member} of the Welcome.")


def watches(server: CheckedServer) -> None:
    probe = server.join("Wanda", players=0)
    member, roster = probe.welcome.member, probe.expect(Roster)
    if member in [seat.member for seat in roster.seats] or member not in [one.member for one in roster.watchers]:
        raise CaseFailed("A client with 0 players must be a spectator, and have no seat.")


def other_version(server: CheckedServer) -> None:
    probe = server.connect()
    probe.say(hello(protocol=999))
    refused = probe.expect_end(Refused)
    if isinstance(refused, Refused) and refused.code != RefusalCode.PROTOCOL:
        raise CaseFailed(f"The code is {refused.code}, not PROTOCOL.")


def same_name(server: CheckedServer) -> None:
    server.join("Twin")
    names = [seat.name for seat in server.join("Twin").expect(Roster).seats]
    if len(names) != len(set(names)):
        raise CaseFailed(f"The names are {names}.")


def ping_first(server: CheckedServer) -> None:
    server.connect().expect_pong(5)


def say_first(server: CheckedServer) -> None:
    probe = server.connect()
    probe.say(Say("hi"))
    probe.expect_end(Refused, Bye)


def _refused_after(probe: Probe, pings: bool) -> None:
    """Check that a connection without Hello ends after about 5 seconds."""
    begin = time.monotonic()
    while not probe.is_over and time.monotonic() < begin + 5 + SLACK:
        if pings:
            probe.say(Ping(1))
        probe.next_message(0.5)
    if not probe.is_over:
        raise CaseFailed(f"The connection is still open after {time.monotonic() - begin:.1f} s without a Hello.")
    if time.monotonic() - begin < 3:
        raise CaseFailed(f"The connection ended after {time.monotonic() - begin:.1f} s.")


def silent(server: CheckedServer) -> None:
    _refused_after(server.connect(), pings=False)


def ping_is_no_hello(server: CheckedServer) -> None:
    _refused_after(server.connect(), pings=True)


def silence(server: CheckedServer) -> None:
    probe = server.join()
    probe.expect_end(seconds=10 + SLACK)


def pings(server: CheckedServer) -> None:
    server.join().expect(Ping, 4)


def quick_pong(server: CheckedServer) -> None:
    probe = server.join()
    times = []
    for number in range(5):
        begin = time.monotonic()
        probe.expect_pong(number)
        times.append(time.monotonic() - begin)
    if min(times) > 0.1:
        raise CaseFailed(f"The fastest of five Pongs came after {min(times) * 1000:.0f} ms.")


def comes_back(server: CheckedServer) -> None:
    first = server.join("Back")
    first.expect_pong()  # the server has received something after its Welcome
    first.reset()
    again = server.join("Back", first.welcome.token).welcome
    if not again.returned:
        raise CaseFailed("The second Welcome says that nobody came back.")
    if again.member != first.welcome.member:
        raise CaseFailed(f"The member is {again.member} now, and was {first.welcome.member}.")


def token_counts_once(server: CheckedServer) -> None:
    first = server.join("Once")
    first.expect_pong()
    first.reset()
    second = server.join("Once", first.welcome.token)
    second.expect_pong()  # now the token before this Welcome is used up
    if server.join("Once", first.welcome.token).welcome.returned:
        raise CaseFailed("The same token gave the seat back twice.")


def second_connection_takes_over(server: CheckedServer) -> None:
    first = server.join("Moved")
    first.expect_pong()
    if not server.join("Moved", first.welcome.token).welcome.returned:
        raise CaseFailed("The second Welcome says that nobody came back.")
    first.expect_end(Bye)


def nothing_after_bye(server: CheckedServer) -> None:
    first = server.join("Gone")
    first.expect_pong()
    first.say(Bye(""))
    first.expect_end()
    if server.join("Gone", first.welcome.token).welcome.returned:
        raise CaseFailed("The seat was kept after a Bye.")


def wrong_direction(server: CheckedServer) -> None:
    probe = server.join()
    probe.say(Results(0, 0, (), False, 0, 0))
    probe.expect_end(Bye)


def second_hello(server: CheckedServer) -> None:
    probe = server.join()
    probe.say(hello())
    probe.expect_end(Bye)


def input_in_lobby(server: CheckedServer) -> None:
    probe = server.join()
    probe.say(Input(1, (0,), 0))
    probe.expect_pong()


def setup_of_a_guest(server: CheckedServer) -> None:
    host, guest = server.join("Ada"), server.join("Bo")
    lobby = guest.expect(Lobby)
    guest.say(Setup(lobby.map, lobby.rules, lobby.rounds % 9 + 1, lobby.bots, lobby.skill))
    guest.expect_pong()
    if server.join("Cy").expect(Lobby).rounds != lobby.rounds:
        raise CaseFailed("The Setup of a client that is not the host changed the settings.")
    host.expect_pong()


def look_of_nobody(server: CheckedServer) -> None:
    probe = server.join()
    probe.say(Look(3, 1, 1))
    probe.expect_pong()


def ready_is_in_the_roster(server: CheckedServer) -> None:
    server.join("Bo")  # a match waits for Bo
    probe = server.join("Ada")
    probe.say(Ready(True))
    while not any(seat.ready for seat in probe.expect(Roster).seats if seat.member == probe.welcome.member):
        pass


def bye_is_the_last(server: CheckedServer) -> None:
    ada, bo = server.join("Ada"), server.join("Bo")
    ada.send(framed(Bye(""), Say("after the end")), "Bye, Say")
    ada.expect_end()
    bo.say(Ping(9))
    while not isinstance(message := bo.next_message(ANSWER), Pong):
        if isinstance(message, Chat) and message.text == "after the end":
            raise CaseFailed("A line of chat after Bye was passed on.")
        if message is None:
            raise CaseFailed("The other client gets no Pong any more.")


CASES = (
    Case("login", "lets_in", LOGIN, "The answer to a Hello is Welcome, Lobby, Roster.", lets_in),
    Case("login", "knows_its_member", LOGIN, "The seats of a client have the member of its Welcome.", knows_its_member),
    Case("login", "watches", LOGIN, "With 0 players a client only watches.", watches),
    Case("login", "other_version", "How this may change", "Another version is answered with PROTOCOL.", other_version),
    Case("login", "same_name", "Text", "A second player of a name gets another one.", same_name),
    Case("login", "ping_first", "One connection", "Ping before Hello is answered.", ping_first),
    Case("login", "say_first", "One connection", "In SILENT a client sends Ping and Hello only.", say_first),
    Case("timing", "silent", END, "A connection ends 5 seconds after it was made without Welcome.", silent, True),
    Case("timing", "ping_is_no_hello", END, "Pings do not extend these 5 seconds.", ping_is_no_hello, True),
    Case("timing", "silence", END, "A connection ends with nothing received for 10 seconds.", silence, True),
    Case("timing", "pings", "One connection", "A server sends a Ping every 2 seconds.", pings, True),
    Case("timing", "quick_pong", "One connection", "A Ping is answered at once.", quick_pong),
    Case("rejoin", "comes_back", LOGIN, "The token of a Welcome gives the seat back.", comes_back),
    Case("rejoin", "token_counts_once", LOGIN, "A token is valid once.", token_counts_once),
    Case(
        "rejoin",
        "second_connection_takes_over",
        LOGIN,
        "The same token on a second connection ends the first one with Bye.",
        second_connection_takes_over,
    ),
    Case("rejoin", "nothing_after_bye", LOGIN, "No seat is kept for a client that said Bye.", nothing_after_bye),
    Case("order", "wrong_direction", "One connection", "A client does not send messages of a server.", wrong_direction),
    Case("order", "second_hello", "One connection", "In OPEN a client sends no Hello.", second_hello),
    Case("order", "input_in_lobby", END, "An Input outside of a round is legal.", input_in_lobby),
    Case("order", "setup_of_a_guest", LOGIN, "A Setup that is not the host's changes nothing.", setup_of_a_guest),
    Case("order", "look_of_nobody", LOGIN, "A Look for a player that does not exist is legal.", look_of_nobody),
    Case("order", "ready_is_in_the_roster", LOGIN, "Who is ready is so in the Roster.", ready_is_in_the_roster),
    Case("order", "bye_is_the_last", "One connection", "All bytes after Bye are ignored.", bye_is_the_last),
)
