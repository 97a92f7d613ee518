"""A room that has standbys: where a client looks for it after a loss, in which order and how soon."""

from hypothesis import given
from hypothesis import strategies as st

from petard.game.config.arguments import Address
from petard.game.flow.connection_patience import ANSWER_MOST, GREETING_MOST, OPENING_MOST
from petard.game.flow.connection_status import moved_notice, status_of
from petard.game.flow.room_addresses import RoomAddresses
from petard.game.net.transport import TransportState
from petard.game.view.copy_words import MOVED_SHOWN, MOVING_MOST
from petard.shared.protocol.later_messages import GoesOn, Standby, Standbys
from petard.shared.protocol.messages import Bye, Hello, Ping, Pong, RefusalCode, Refused
from tests.game.scripted_server import TOKENS, FakeServer, ScriptedServer, in_match, round_one

HOST, BO, CY = ("10.0.0.5", 7777), ("10.0.0.6", 7801), ("10.0.0.7", 7802)
STANDBYS = ("10.0.0.6:7801", "10.0.0.7:7802")


def lost_host() -> ScriptedServer:
    """A client whose host is gone: its port refuses connections."""
    server = in_match(addresses=STANDBYS)
    server.states[HOST] = TransportState.CLOSED
    server.disconnects()
    return server


def test_a_client_tries_the_host_and_then_each_standby_without_a_pause() -> None:
    server = lost_host()
    server.states |= {BO: TransportState.CLOSED, CY: TransportState.CLOSED}
    server.polls(0.2)
    assert server.connected_to == [HOST, HOST, BO, CY], "the first one was the connection that was lost"
    server.polls(0.2)
    assert server.connected_to[4:] == [HOST, BO, CY], "after the pause of a Backoff, all of them again"


def test_a_client_goes_on_at_a_standby_with_its_token_and_all_that_it_knew() -> None:
    server = lost_host()
    picture = server.connection.session.view(server.now)
    server.polls(0.1)
    assert server.connected_to[-1] == BO
    assert [hello.token for hello in server.received(Hello)] == [TOKENS[0]]
    assert server.connection.session.view(server.now) == picture
    server.admits(*round_one(), returned=True)
    addresses = server.connection.addresses
    assert (server.connection.address, addresses.home) == (Address(*BO), Address(*HOST))
    assert addresses.moved_at == server.now
    assert server.connection.problem == ""


def test_a_standby_that_waits_keeps_its_client_until_it_knows() -> None:
    server = lost_host()
    server.polls(0.1)
    assert server.received(Ping), "it is asked whether it is there"
    server.sends(Pong(0))
    server.polls(GREETING_MOST - 1)
    assert server.connected_to[-1] == BO
    server.admits(*round_one(), returned=True)
    assert server.connection.address == Address(*BO)


def test_a_standby_that_lets_its_clients_go_sends_them_back_to_the_host() -> None:
    server = lost_host()
    server.polls(0.1)
    del server.states[HOST]
    server.states[CY] = TransportState.CLOSED
    server.disconnects("The server closed the connection.")
    server.polls(0.4)
    assert server.connected_to[-2:] == [CY, HOST]
    server.admits(*round_one(), returned=True)
    assert server.connection.addresses.moved_at is None


def test_a_standby_that_does_not_answer_at_all_is_given_up_for_the_next() -> None:
    server = lost_host()
    server.polls(0.1)
    server.polls(ANSWER_MOST)
    assert server.connected_to[-1] == CY


def test_a_host_without_power_costs_a_client_little_more_than_a_second() -> None:
    server = in_match(addresses=STANDBYS)
    server.states[HOST] = TransportState.CONNECTING
    server.disconnects()
    server.polls(OPENING_MOST + 0.1)
    assert server.connected_to[-1] == BO


def test_without_standbys_a_slow_host_gets_all_of_its_time() -> None:
    server = in_match()
    server.disconnects()
    server.polls(0.3)
    tries = len(server.transports)
    server.polls(GREETING_MOST - 1)
    assert len(server.transports) == tries
    assert server.received(Ping) == [], "a server without standbys is sent what it always was"


def test_a_refusal_for_now_leads_to_the_next_address() -> None:
    server = lost_host()
    server.polls(0.1)
    server.sends(Refused(RefusalCode.CLOSING, "This copy is not needed."))
    server.polls(0.1)
    assert server.connected_to[-1] == CY


def test_a_move_is_kept_in_mind_for_the_next_loss() -> None:
    server = lost_host()
    server.polls(0.1)
    server.addresses = ("10.0.0.7:7802",)
    server.admits(*round_one(), returned=True)
    server.states[BO] = TransportState.CLOSED
    server.disconnects()
    server.polls(0.1)
    assert server.connected_to[-2:] == [BO, CY], "the first host is not asked any more"


def test_a_server_of_our_own_is_waited_for_as_long_as_it_may_start_again() -> None:
    server = in_match(FakeServer(), addresses=("127.0.0.1:7801",))  # type: ignore[arg-type]
    server.state = TransportState.CLOSED
    server.disconnects()
    server.polls(2.0)
    assert set(server.connected_to) == {("127.0.0.1", 7777)}


def test_a_server_of_our_own_that_has_yielded_leaves_us_as_a_guest_with_our_token() -> None:
    own = FakeServer()
    server = in_match(own, addresses=STANDBYS)  # type: ignore[arg-type]
    own.problem = "The server has ended."
    server.polls(0.1)
    assert server.connection.problem == ""
    assert own.ended
    assert server.connected_to[-1] == BO
    assert [hello.token for hello in server.received(Hello)] == [TOKENS[0]]
    server.admits(*round_one(), returned=True)
    assert server.connection.local_server is None


def test_a_server_of_our_own_that_ends_without_standbys_is_the_end() -> None:
    own = FakeServer()
    server = in_match(own)  # type: ignore[arg-type]
    own.problem = "The server has ended."
    server.polls(0.1)
    assert server.connection.problem == "The server has ended."


def test_a_host_that_leaves_sends_its_clients_to_the_standbys_at_once() -> None:
    server = in_match(addresses=STANDBYS)
    server.sends(GoesOn(("10.0.0.7:7802", "10.0.0.6:7801")), Bye("Ada has left."))
    server.polls(0.05)
    assert server.connected_to == [HOST, CY], "in the order of the goodbye, and not at the host again"
    server.admits(*round_one(), returned=True)
    assert server.connection.problem == ""
    server.sends(Bye("The server was stopped."))
    server.polls(0.05)
    assert server.connection.problem == "The server was stopped.", "what one server has said counts for that one"


def test_a_goodbye_in_two_reads_is_the_same() -> None:
    server = in_match(addresses=STANDBYS)
    server.sends(GoesOn(STANDBYS))
    server.polls(0.05)
    server.sends(Bye(""))
    server.polls(0.05)
    assert server.connected_to == [HOST, BO]


def test_our_own_server_that_woke_up_too_late_sends_us_to_the_room() -> None:
    own = FakeServer()
    server = in_match(own, addresses=STANDBYS)  # type: ignore[arg-type]
    server.sends(GoesOn(("10.0.0.7:7802",)), Bye("The room goes on elsewhere."))
    server.polls(0.05)
    assert own.ended
    assert server.connected_to[-1] == CY
    server.admits(*round_one(), returned=True)
    assert server.connection.local_server is None


def test_while_the_room_moves_one_calm_text_stays_and_then_a_line_says_where_it_is() -> None:
    server = in_match(addresses=STANDBYS)
    server.sends(Standbys((Standby(8, ("10.0.0.6:7801",), 0),)))
    server.polls()
    assert status_of(server.connection, server.now) is None
    server.states |= {HOST: TransportState.CLOSED, CY: TransportState.CLOSED}
    server.disconnects()
    said = set()
    for _ in range(120):
        server.polls()
        said.add(status_of(server.connection, server.now))
    (status,) = said
    assert status
    assert status.words == "The server does not answer"
    assert status.coming == "Looking there and at Bo's"
    server.sends(Pong(0))
    server.admits(*round_one(), returned=True)
    assert status_of(server.connection, server.now) is None
    assert moved_notice(server.connection, server.now) == "The server is gone. The game goes on at Bo's."
    assert moved_notice(server.connection, server.now + MOVED_SHOWN) == ""


def test_after_ten_seconds_a_person_reads_what_is_wrong_and_when_it_is_tried_again() -> None:
    server = lost_host()
    server.states |= {BO: TransportState.CLOSED, CY: TransportState.CLOSED}
    server.polls(MOVING_MOST + 1)
    status = status_of(server.connection, server.now)
    assert status
    assert (status.words, status.reason) == ("The connection is lost", "Nobody answers.")


def test_a_ticket_leads_to_the_standbys_too() -> None:
    server = ScriptedServer(token=TOKENS[0], standbys=STANDBYS)
    server.states[HOST] = TransportState.CLOSED
    server.polls(0.1)
    assert server.connected_to == [HOST, BO]
    server.admits(returned=True)
    assert server.connection.problem == ""


def test_a_ticket_whose_addresses_are_all_gone_ends_with_a_sentence_at_once() -> None:
    server = ScriptedServer(token=TOKENS[0], standbys=STANDBYS)
    server.states = dict.fromkeys((HOST, BO, CY), TransportState.CLOSED)
    server.polls(0.3)
    assert server.connected_to == [HOST, BO, CY]
    assert server.connection.problem == "Nobody answers."


def test_addresses_that_make_no_sense_or_lead_to_this_computer_do_not_count() -> None:
    addresses = RoomAddresses(Address(*HOST))
    addresses.learn(
        ("127.0.0.1:22", "[::1]:22", "localhost:80", "den.example:7777", "aaaut", "10.0.0.6:7801", "x:99999")
    )
    assert addresses.standbys == (Address(*BO),)
    here = RoomAddresses(Address("127.0.0.1", 7777))
    here.learn(("127.0.0.1:7801",))
    assert here.standbys == (Address("127.0.0.1", 7801),), "one computer, where a test or a family plays"


@given(st.lists(st.booleans(), max_size=40), st.booleans())
def test_between_two_pauses_each_address_is_tried_exactly_once(losses: list[bool], goes_on: bool) -> None:
    addresses = RoomAddresses(Address(*HOST), STANDBYS)
    addresses.begin(goes_on)
    tried = [addresses.current]
    assert tried == [Address(*(BO if goes_on else HOST))]
    for is_entered in losses:
        if is_entered:
            addresses.enter(1.0)
            addresses.begin()
            tried = [addresses.current]
        elif addresses.advance():
            tried.append(addresses.current)
        else:
            assert set(tried) == {addresses.server, *addresses.standbys}
            tried = [addresses.current]
        assert len(set(tried)) == len(tried)


def test_no_server_elsewhere_sends_a_game_to_this_computer_by_another_spelling_of_its_address() -> None:
    texts = ("0.0.0.0:6379", "[::]:6379", "[::ffff:127.0.0.1]:6379", "[::ffff:0.0.0.0]:6379", "224.0.0.1:7777")
    addresses = RoomAddresses(Address("10.0.0.5", 7777), (*texts, "10.0.0.6:7801"))
    assert addresses.standbys == (Address("10.0.0.6", 7801),)
