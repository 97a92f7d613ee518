"""A room with a password over real sockets: who knows it comes in, nobody else costs much or learns anything."""

import secrets

import pytest

from petard.game.client.session import Session
from petard.server.net.scram_keys import keys_of
from petard.server.policy.limits import HELLO_WITHIN, TRIES_MOST, TRY_EVERY
from petard.server.policy.scram import WRONG, ScramServer
from petard.shared.protocol.messages import BUILD, PROTOCOL, Auth, Bye, Hello, Ping, Pong, RefusalCode, Refused, Welcome
from tests.server.loopback import HELLO, LoopbackServer, RawClient, framed

PASSWORD = "Zündschnur 7"
KEYS = keys_of(PASSWORD, 4096)


@pytest.fixture
def locked(loopback: LoopbackServer) -> LoopbackServer:
    """A loopback whose server asks for a password."""
    loopback.server.handshake.scram = ScramServer(KEYS, lambda: secrets.token_hex(12))
    return loopback


def comes(loopback: LoopbackServer, password: str, token: str = "") -> tuple[Session, RawClient]:
    """The session of a client that connects, after the handshake; and its connection."""
    guest, session = loopback.connect(), Session("Ada", token=token, password=password)
    session.link.heartbeat.open(0.0)

    def is_over() -> bool:
        session.receive_data(b"".join(framed(message) for message in guest.received), 0.0)
        guest.received.clear()
        guest.send_bytes(session.link.data_to_send())
        return bool(session.problem) or session.room.welcomed

    # The link of the guest must follow, so that it can read on.
    guest.link.send(HELLO)
    loopback.until(is_over)
    if session.room.welcomed:
        guest.send(Ping(0))  # or the server would not know that its welcome has arrived
        loopback.until(lambda: Pong(0) in guest.received)
    return session, guest


def test_who_knows_the_password_is_in_and_comes_back_without_it(locked: LoopbackServer) -> None:
    session, guest = comes(locked, PASSWORD)
    assert session.room.welcomed
    assert session.problem == ""
    assert locked.log_lines[-1] == "Ada (127.0.0.1) joined"
    assert session.room.welcome
    guest.reset()
    back, _ = comes(locked, "", session.room.welcome.token)
    assert back.room.welcome
    assert back.room.welcome.returned


def test_who_does_not_know_it_is_not_in_and_the_person_is_asked(locked: LoopbackServer) -> None:
    unasked, _ = comes(locked, "")
    assert (unasked.problem, unasked.link.login.wants_password) == ("This room has a password.", True)
    wrong, _ = comes(locked, "Zündschnur 8")
    assert (wrong.problem, wrong.link.login.wants_password) == (WRONG, True)
    assert locked.room.people == 0
    assert locked.log_lines[-1] == f"Ada (127.0.0.1) was refused: {WRONG}"


def test_a_client_that_is_asked_for_nothing_says_no_word_of_its_password(loopback: LoopbackServer) -> None:
    session, _ = comes(loopback, PASSWORD)
    assert session.room.welcomed


def test_after_five_wrong_ones_one_is_asked_in_thirty_seconds_and_a_member_never(locked: LoopbackServer) -> None:
    inside, guest = comes(locked, PASSWORD)
    for _ in range(TRIES_MOST):
        assert comes(locked, "guess")[0].problem == WRONG
    barred, _ = comes(locked, PASSWORD)
    assert barred.problem == "Too many wrong passwords came from where you are. Try again in 30 seconds."
    assert inside.room.welcome
    guest.reset()
    assert comes(locked, "", inside.room.welcome.token)[0].room.welcomed
    locked.run(TRY_EVERY)
    assert comes(locked, PASSWORD)[0].room.welcomed


def test_whoever_is_asked_has_five_seconds_like_every_stranger(locked: LoopbackServer) -> None:
    guest = locked.connect()
    guest.send(HELLO)
    locked.until(lambda: Auth("") in guest.received)
    locked.run(HELLO_WITHIN + 0.5)
    locked.until(lambda: guest.is_over)
    assert guest.received[-1] == Refused(RefusalCode.BAD, "You did not prove the password within 5 seconds.")


def test_after_a_wrong_proof_nothing_more_is_heard_not_even_the_right_one(locked: LoopbackServer) -> None:
    guest = locked.connect()
    final = f"c=biws,r={'x' * 40},p={'A' * 43}="
    first = "n,,n=petard,r=fyko+d2lbbFgONRv9qkxdawL"
    guest.send(HELLO)
    guest.send_bytes(b"".join(map(framed, (Auth(first), Auth(final), Auth(first), Auth(first)))))
    locked.until(lambda: guest.is_over)
    assert [type(message) for message in guest.received] == [Auth, Auth, Refused]
    assert len(locked.log_lines) == 1
    assert locked.server.handshake.scram.limiter.add_failure("127.0.0.1", locked.now) == TRIES_MOST - 2, "that was one"


class Fickle:
    """A gate that lets everybody pass once."""

    passed = 0

    def refusal(self, address: str, name: str, now: float) -> str:
        self.passed += 1
        return "" if self.passed == 1 else "You were put out of this room."


def test_who_is_put_out_while_they_prove_the_password_is_not_in(locked: LoopbackServer) -> None:
    locked.server.handshake.access_control = Fickle().refusal
    session, guest = comes(locked, PASSWORD)
    assert (session.room.welcomed, session.problem) == (False, "You were put out of this room.")
    locked.until(lambda: guest.is_over)
    assert (locked.room.people, locked.log_lines) == (
        0,
        ["Ada (127.0.0.1) was refused: You were put out of this room."],
    )


def test_a_step_of_a_proof_that_nobody_asked_for_is_nothing(loopback: LoopbackServer) -> None:
    guest = loopback.connect()
    guest.send_bytes(guest.link.send(HELLO) + framed(Auth("")) + framed(Auth("n,,n=petard,r=x")))
    loopback.until(lambda: bool(guest.all_of(Welcome)))
    loopback.run(1.0)
    assert not guest.is_over


def test_another_version_is_told_so_before_it_is_asked(locked: LoopbackServer) -> None:
    guest = locked.connect()
    guest.send(Hello(PROTOCOL + 1, BUILD, "Ada", 1, ""))
    locked.until(lambda: guest.is_over)
    (refused,) = guest.received
    assert isinstance(refused, Refused)
    assert refused.code is RefusalCode.PROTOCOL


def test_a_server_that_welcomes_without_knowing_the_password_is_left() -> None:
    session = Session("Ada", password=PASSWORD)
    session.receive_data(framed(Auth("")), 0.0)
    session.receive_data(framed(Welcome(PROTOCOL, BUILD, 1, "0" * 32, 60, "Test")), 0.0)
    assert session.problem == "The server asks for a password that it does not know itself."


@pytest.mark.parametrize(
    "text",
    ["", "r=short", "r=x,s=,i=4096", "e=other-error", "i=4096", "{}AAAA,s=QUFBQUFBQUFBQUFBQUFBQQ==,i={}", "v=AAAA"],
)
@pytest.mark.parametrize("count", [1, 4096, 200_001, 9_999_999, 10**12])
def test_a_server_cannot_make_a_client_work_for_long_or_stumble(text: str, count: int) -> None:
    session = Session("Ada", password=PASSWORD)
    session.link.data_to_send()
    session.receive_data(framed(Auth("")), 0.0)
    nonce = session.link.data_to_send().rpartition(b"r=")[2].decode()
    session.receive_data(framed(Auth(text.format("r=" + nonce, count))), 0.0)
    if "AAAA" not in text or count != 4096 or text == "v=AAAA":
        assert session.problem
        assert PASSWORD not in session.problem
        assert session.link.login.wants_password
        return
    assert session.problem == ""
    session.receive_data(framed(Auth("v=AAAA")), 0.0)
    assert session.problem == "The server knows no more of the password than we do."


def test_who_leaves_the_question_open_is_a_stranger_who_left(locked: LoopbackServer) -> None:
    guest = locked.connect()
    guest.send(HELLO)
    locked.until(lambda: Auth("") in guest.received)
    guest.send(Bye(""))
    locked.until(lambda: not locked.server.connections.pending)
    assert locked.log_lines == ["Ada (127.0.0.1) was asked for the password and left"]
