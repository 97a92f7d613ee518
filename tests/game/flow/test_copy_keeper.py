"""A player's computer keeps a copy of a room: when it starts a standby, what it answers, and when the standby ends."""

from petard.game.config.arguments import Address
from petard.game.config.settings import Settings
from petard.game.flow.copy_keeper import CopyKeeper, StartPauses
from petard.game.flow.standby_process import StandbyProcess, StandbyState, hosts_toward
from petard.game.net.transport import TransportState
from petard.game.ui.context import InputDevices, OwnServer, ScreenContext
from petard.game.ui.input.keyboard import Keyboard
from petard.shared.protocol.later_messages import StandbyAnswer, StandbyOffer
from tests.game.scripted_server import ScriptedServer, in_match
from tests.game.ui.person import SilentAudio

FIRST, SECOND = "1" * 32, "2" * 32
HERE = ("10.0.0.6:7801",)


class FakeStandby(StandbyProcess):
    """A standby without a process, whose state the test sets."""

    def __init__(self, server: Address, ticket: str) -> None:
        self.state, self.addresses, self.web = StandbyState.STARTING, tuple[str, ...](), 0
        self.server, self.ticket = server, ticket

    def listens(self) -> None:
        self.state, self.addresses = StandbyState.LISTENING, HERE

    def poll(self) -> None:
        """Nothing happens by itself."""

    def send_orders(self) -> None:
        """There are none."""

    def end(self) -> None:
        self.state = StandbyState.ENDED


class KeepingPlayer:
    """A player in a match, and the server at the other end."""

    def __init__(self, keep_copies: str = "ask", server: ScriptedServer | None = None) -> None:
        self.server = server or in_match()
        settings = Settings(name="Ada", keep_copies=keep_copies)
        devices = InputDevices(Keyboard(settings.keys))
        self.context = ScreenContext(settings, devices, SilentAudio(), None, OwnServer())
        self.started: list[FakeStandby] = []
        self.keeper = CopyKeeper(self.context, self.start)
        self.skipped = 0.0  # seconds in which only the keeper grows older

    def start(self, server: Address, ticket: str) -> FakeStandby:
        self.started.append(FakeStandby(server, ticket))
        return self.started[-1]

    def polls(self, seconds: float = 0.05) -> None:
        for _ in range(round(seconds * 60)):
            self.server.polls()
            self.keeper.poll(self.server.connection, self.server.now + self.skipped)

    def skips(self, seconds: float) -> None:
        self.skipped += seconds
        self.polls()

    def is_offered(self, ticket: str = FIRST, asks: bool = False) -> None:
        self.server.sends(StandbyOffer(ticket, asks))
        self.polls()

    @property
    def answers(self) -> list[StandbyAnswer]:
        return self.server.received(StandbyAnswer)


def test_in_a_room_of_friends_a_standby_is_started_and_its_addresses_are_the_answer() -> None:
    player = KeepingPlayer()
    player.is_offered()
    (standby,) = player.started
    assert (standby.server, standby.ticket) == (Address("10.0.0.5", 7777), FIRST)
    assert player.answers == [], "not before it listens"
    standby.listens()
    player.polls()
    assert player.answers == [StandbyAnswer(True, HERE, 0)]
    assert player.context.own_server.consent.is_kept


def test_a_player_who_has_to_be_asked_gets_no_standby_before_a_press() -> None:
    player = KeepingPlayer()
    player.is_offered(asks=True)
    assert (player.started, player.answers) == ([], [])
    assert player.context.own_server.consent.is_offered
    player.context.own_server.consent.wanted = True
    player.polls()
    assert len(player.started) == 1


def test_one_press_refuses_ends_the_standby_and_says_so_and_another_one_asks_for_a_new_offer() -> None:
    player = KeepingPlayer()
    player.is_offered()
    player.started[0].listens()
    player.polls()
    player.context.own_server.consent.wanted = False
    player.polls()
    assert player.started[0].state is StandbyState.ENDED
    assert player.answers[-1] == StandbyAnswer(False, (), 0)
    assert len(player.answers) == 2, "once"
    player.context.own_server.consent.wanted = True
    player.polls()
    assert player.answers[-1] == StandbyAnswer(True, (), 0), "the ticket that was refused counts no more"
    assert len(player.answers) == 3
    player.skips(StartPauses.FIRST)
    player.is_offered(SECOND)
    assert len(player.started) == 2


def test_a_player_who_keeps_no_copies_refuses_at_once_and_is_not_asked() -> None:
    player = KeepingPlayer(keep_copies="no")
    player.is_offered()
    assert (player.started, player.answers) == ([], [StandbyAnswer(False, (), 0)])


def test_a_standby_that_ends_by_itself_is_reported_and_not_started_again_for_that_offer() -> None:
    player = KeepingPlayer()
    player.is_offered()
    player.started[0].listens()
    player.polls()
    player.started[0].end()
    player.polls(0.5)
    assert player.answers[-1] == StandbyAnswer(False, (), 0)
    assert len(player.started) == 1
    player.skips(StartPauses.FIRST)
    player.is_offered(SECOND)
    assert len(player.started) == 2


def test_another_offer_replaces_the_standby_and_one_without_a_ticket_ends_it() -> None:
    player = KeepingPlayer()
    player.is_offered()
    player.is_offered(SECOND)
    assert [one.state for one in player.started] == [StandbyState.ENDED]
    player.skips(StartPauses.FIRST)
    first, second = player.started
    assert (first.state, second.ticket) == (StandbyState.ENDED, SECOND)
    player.is_offered("")
    assert second.state is StandbyState.ENDED
    assert not player.context.own_server.consent.is_offered


def test_a_server_that_makes_a_new_offer_all_the_time_starts_few_processes_for_the_newest_offer() -> None:
    player = KeepingPlayer()
    for number in range(140):  # a new one each tenth of a second, for 14 s
        player.skipped += 0.1 - 0.05
        player.is_offered(f"{number:032x}")
    started = [int(one.ticket, 16) for one in player.started]
    assert len(started) == 2
    assert (started[0], started[1] >= 10 * StartPauses.FIRST) == (0, True)


def test_the_pause_between_two_starts_grows_and_is_short_again_after_a_calm_time() -> None:
    pauses, starts = StartPauses(), list[float]()
    for now in range(300):
        if pauses.may_start(now):
            pauses.note_start(now)
            starts.append(now)
    assert starts == [0, 5, 15, 35, 75, 135, 195, 255]
    pauses.note_start(500)
    assert pauses.may_start(505)


def test_the_standby_stays_while_the_connection_is_lost() -> None:
    player = KeepingPlayer()
    player.is_offered()
    player.started[0].listens()
    player.server.state = TransportState.CLOSED
    player.server.disconnects()
    player.polls(5.0)
    assert player.started[0].state is StandbyState.LISTENING


def test_a_standby_that_has_become_the_server_is_ended_by_no_offer_but_with_the_room() -> None:
    player = KeepingPlayer()
    player.is_offered()
    player.started[0].state = StandbyState.PROMOTED
    player.is_offered(SECOND)
    player.is_offered("")
    assert player.keeper.server is player.started[0]
    assert player.answers == [StandbyAnswer(False, (), 0)], "a copy beside the room itself is of no use"
    assert not player.context.own_server.consent.is_offered
    player.keeper.end()
    assert player.started[0].state is StandbyState.ENDED
    assert player.keeper.server is None


def test_a_computer_has_no_address_of_its_own_toward_a_host_that_it_cannot_reach() -> None:
    assert all(":" not in one or one.count(":") > 1 for one in hosts_toward(Address("no such host", 7777)))
    assert hosts_toward(Address("::1", 7777)) == ["::1"]
