"""SCRAM on the server: the right password is accepted, and what others overhear is of no use to them."""

import secrets
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from petard.server.net.scram_keys import keys_of
from petard.server.policy.limits import TRIES_MOST, TRY_EVERY
from petard.server.policy.scram import GROUPS_MOST, WRONG, ScramKeys, ScramServer
from petard.shared.framing import LIMIT_PENDING
from petard.shared.protocol.codec import encode
from petard.shared.protocol.messages import BUILD, PROTOCOL, Auth, Hello, RefusalCode, Refused
from petard.shared.protocol.scram_client import ScramLogin

PASSWORD = "Zündschnur 7"
FEWEST = 4096  # iterations; as few as the library makes, so that tests are quick
KEYS = keys_of(PASSWORD, FEWEST)
HELLO = Hello(PROTOCOL, BUILD, "Ada", 1, "")
WRONG_ONE = Refused(RefusalCode.PASSWORD, WRONG)


def new_server(keys: ScramKeys = KEYS) -> ScramServer:
    """A server end with random nonces."""
    return ScramServer(keys, lambda: secrets.token_hex(12))


def try_password(server: ScramServer, password: str, group: str = "10.0.0.7", now: float = 0.0) -> Auth | Refused:
    """The last answer to a client that tries this password."""
    trial, reply = server.start(HELLO, group, now)
    proving = ScramLogin(password)
    while trial and isinstance(reply, Auth) and (answer := proving.answer(reply.text)):
        reply = server.step(trial, answer, now)
        assert len(encode(Auth(answer))) <= LIMIT_PENDING
    assert (trial is not None and trial.is_passed) == proving.is_done == isinstance(reply, Auth)
    return reply


def test_only_the_right_password_is_accepted() -> None:
    server = new_server()
    assert isinstance(try_password(server, PASSWORD), Auth)
    assert try_password(server, "Zündschnur 8") == WRONG_ONE
    assert try_password(server, PASSWORD.lower()) == WRONG_ONE


def test_the_same_password_written_in_another_way_is_the_same() -> None:
    assert isinstance(try_password(new_server(), "Zu\u0308ndschnur\u00a07"), Auth), (
        "decomposed, and with a space that does not break"
    )


FIRST = "n,,n=petard,r=fyko+d2lbbFgONRv9qkxdawL"
NONSENSE = [
    ("",),
    (FIRST.replace("n,,", "y,,"),),
    (FIRST.replace("petard", "root"),),
    (FIRST.replace("r=", "m=x,r="),),
    ("n,,n=petard,r=short",),
    ("n,,n=petard,r=" + "x" * 129,),
    (FIRST, ""),
    (FIRST, FIRST),
    (FIRST, f"c=biws,r=fyko+d2lbbFgONRv9qkxdawL,p={'A' * 43}="),
    (FIRST, "c=biws,r=,p="),
]


@pytest.mark.parametrize("words", NONSENSE)
def test_every_malformed_proof_is_answered_as_a_wrong_password(words: tuple[str, ...]) -> None:
    server = new_server()
    trial, reply = server.start(HELLO, "10.0.0.7", 0.0)
    assert trial
    assert reply == Auth("")
    answers = [server.step(trial, word, 0.0) for word in words]
    assert answers[-1] == WRONG_ONE
    assert not trial.is_passed
    assert not any(isinstance(one, Refused) for one in answers[:-1])


def test_a_proof_is_good_once_and_for_its_own_line_only() -> None:
    server = new_server()
    trial, _ = server.start(HELLO, "", 0.0)
    proving = ScramLogin(PASSWORD)
    assert trial
    first = proving.answer("")
    challenge = server.step(trial, first, 0.0)
    assert isinstance(challenge, Auth)
    final = proving.answer(challenge.text)
    assert isinstance(server.step(trial, final, 0.0), Auth)
    later, _ = server.start(HELLO, "", 0.0)
    assert later
    assert isinstance(server.step(later, first, 0.0), Auth)
    assert server.step(later, final, 0.0) == WRONG_ONE, "a proof that was overheard is not accepted again"


@pytest.mark.parametrize("group", ["10.0.0.7", "2001:db8::/64", "127.0.0.1"])
def test_five_tries_then_one_every_thirty_seconds_for_that_address_alone(group: str) -> None:
    server = new_server()
    for _ in range(TRIES_MOST):
        assert try_password(server, "guess", group, 0.0) == WRONG_ONE
    blocked = "Too many wrong passwords came from where you are. Try again in 30 seconds."
    assert try_password(server, PASSWORD, group, 0.0) == Refused(RefusalCode.PASSWORD, blocked), "no answer is a try"
    assert isinstance(try_password(server, PASSWORD, "10.0.0.8", 0.0), Auth)
    last = try_password(server, PASSWORD, group, TRY_EVERY - 0.5)
    assert last == Refused(RefusalCode.PASSWORD, blocked.replace("30 seconds", "1 second"))
    assert try_password(server, "guess", group, TRY_EVERY) == WRONG_ONE
    assert try_password(server, "guess", group, TRY_EVERY) == Refused(RefusalCode.PASSWORD, blocked)
    assert isinstance(try_password(server, PASSWORD, group, 2 * TRY_EVERY), Auth)


def test_a_right_password_takes_no_try() -> None:
    server = new_server()
    for _ in range(2 * TRIES_MOST):
        assert isinstance(try_password(server, PASSWORD), Auth)


def test_tries_on_many_lines_at_once_are_no_more_tries() -> None:
    server = new_server()
    lines = [server.start(HELLO, "10.0.0.7", 0.0)[0] for _ in range(20)]
    answers = [server.step(line, "guess", 0.0) for line in lines if line]
    assert answers.count(WRONG_ONE) == TRIES_MOST


def test_only_so_many_addresses_are_remembered_those_of_late() -> None:
    server = new_server()
    for number in range(3 * GROUPS_MOST):
        trial, _ = server.start(HELLO, f"2001:db8:{number:x}::/64", 0.0)
        assert trial
        for _ in range(TRIES_MOST):
            server.step(trial, "guess", 0.0)
    assert len(server.limiter.full_at) == GROUPS_MOST
    assert server.start(HELLO, "2001:db8:0::/64", 1.0)[0] is not None
    assert server.start(HELLO, f"2001:db8:{3 * GROUPS_MOST - 1:x}::/64", 1.0)[0] is None


def test_a_new_password_holds_for_every_exchange_that_starts_after_it() -> None:
    server = new_server()
    before, _ = server.start(HELLO, "", 0.0)
    server.keys = keys_of("another", FEWEST)
    assert try_password(server, PASSWORD) == WRONG_ONE
    assert isinstance(try_password(server, "another"), Auth)
    proving = ScramLogin(PASSWORD)
    assert before
    challenge = server.step(before, proving.answer(""), 0.0)
    assert isinstance(challenge, Auth)
    assert isinstance(server.step(before, proving.answer(challenge.text), 0.0), Auth), "it began with the old password"


def test_a_try_costs_the_server_less_than_a_fifth_of_a_millisecond() -> None:
    """Beside as many hashes of the library as it takes here: a slow machine is slow with both."""
    server, count = new_server(), 200
    proving = ScramLogin("wrong")
    trial, _ = server.start(HELLO, "", 0.0)
    assert trial
    first = proving.answer("")
    challenge = server.step(trial, first, 0.0)
    assert isinstance(challenge, Auth)
    final = proving.answer(challenge.text)
    nonce = challenge.text.split(",")[0].removeprefix(f"r={first.rpartition('r=')[2]}")
    server = ScramServer(KEYS, lambda: nonce)
    took = []
    for _ in range(5):
        start = time.process_time()
        for number in range(count):
            trial, _ = server.start(HELLO, str(number), 0.0)
            assert trial
            server.step(trial, first, 0.0)
            assert server.step(trial, final, 0.0) == WRONG_ONE
        took.append((time.process_time() - start) / count)
    start = time.process_time()
    keys_of(PASSWORD, FEWEST)
    derived = time.process_time() - start
    assert min(took) < 0.0002 or min(took) < derived / 12


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=480), min_size=1, max_size=4))
def test_whatever_a_stranger_says_is_answered_and_lets_nobody_in(texts: list[str]) -> None:
    server = new_server()
    trial, _ = server.start(HELLO, "", 0.0)
    assert trial
    for text in (FIRST, *texts):
        assert isinstance(server.step(trial, text, 0.0), Auth | Refused)
    assert not trial.is_passed
