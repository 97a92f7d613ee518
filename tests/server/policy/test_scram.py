"""The lock: who knows the password comes in, and nobody learns anything from what others are told."""

import secrets
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from petard.game.client.scram_client import ScramLogin
from petard.server.net.scram_keys import keys_of
from petard.server.policy.limits import BLOCKED_FOR, WRONG_MOST
from petard.server.policy.scram import GROUPS_MOST, WRONG, ScramKeys, ScramServer
from petard.shared.framing import LIMIT_PENDING
from petard.shared.protocol.codec import encode
from petard.shared.protocol.messages import BUILD, PROTOCOL, Auth, Hello, RefusalCode, Refused

PASSWORD = "Zündschnur 7"
FEWEST = 4096  # iterations; as few as the library makes, so that tests are quick
KEYS = keys_of(PASSWORD, FEWEST)
HELLO = Hello(PROTOCOL, BUILD, "Ada", 1, "")
WRONG_ONE = Refused(RefusalCode.PASSWORD, WRONG)


def lock(keys: ScramKeys = KEYS) -> ScramServer:
    """Such a lock, with nonces that are drawn."""
    return ScramServer(keys, lambda: secrets.token_hex(12))


def tried(door: ScramServer, password: str, home: str = "10.0.0.7", now: float = 0.0) -> Auth | Refused:
    """What somebody is told last who tries this password."""
    trial, said = door.start(HELLO, home, now)
    proving = ScramLogin(password)
    while trial and isinstance(said, Auth) and (answer := proving.answer(said.text)):
        said = door.step(trial, answer, now)
        assert len(encode(Auth(answer))) <= LIMIT_PENDING
    assert (trial is not None and trial.is_passed) == proving.is_done == isinstance(said, Auth)
    return said


def test_who_knows_the_password_comes_in_and_nobody_else() -> None:
    door = lock()
    assert isinstance(tried(door, PASSWORD), Auth)
    assert tried(door, "Zündschnur 8") == WRONG_ONE
    assert tried(door, PASSWORD.lower()) == WRONG_ONE


def test_the_same_password_written_in_another_way_is_the_same() -> None:
    assert isinstance(tried(lock(), "Zu\u0308ndschnur\u00a07"), Auth), (
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
def test_what_is_no_proof_is_a_wrong_one_whatever_is_wrong_with_it(words: tuple[str, ...]) -> None:
    door = lock()
    trial, said = door.start(HELLO, "10.0.0.7", 0.0)
    assert trial
    assert said == Auth("")
    told = [door.step(trial, word, 0.0) for word in words]
    assert told[-1] == WRONG_ONE
    assert not trial.is_passed
    assert not any(isinstance(one, Refused) for one in told[:-1])


def test_a_proof_is_good_once_and_for_its_own_line_only() -> None:
    door = lock()
    trial, _ = door.start(HELLO, "", 0.0)
    proving = ScramLogin(PASSWORD)
    assert trial
    first = proving.answer("")
    challenge = door.step(trial, first, 0.0)
    assert isinstance(challenge, Auth)
    final = proving.answer(challenge.text)
    assert isinstance(door.step(trial, final, 0.0), Auth)
    later, _ = door.start(HELLO, "", 0.0)
    assert later
    assert isinstance(door.step(later, first, 0.0), Auth)
    assert door.step(later, final, 0.0) == WRONG_ONE, "heard elsewhere, and said again"


@pytest.mark.parametrize("home", ["10.0.0.7", "2001:db8::/64", "127.0.0.1"])
def test_five_tries_then_five_minutes_for_that_address_alone(home: str) -> None:
    door = lock()
    for second in range(WRONG_MOST):
        assert tried(door, "guess", home, float(second)) == WRONG_ONE
    barred = "Too many wrong passwords came from where you are. Try again in 5 minutes."
    assert tried(door, PASSWORD, home, 5.0) == Refused(RefusalCode.PASSWORD, barred)
    assert isinstance(tried(door, PASSWORD, "10.0.0.8", 5.0), Auth)
    last = tried(door, PASSWORD, home, WRONG_MOST - 2 + BLOCKED_FOR)
    assert last == Refused(RefusalCode.PASSWORD, barred.replace("5 minutes", "a minute"))
    assert isinstance(tried(door, PASSWORD, home, WRONG_MOST - 1 + BLOCKED_FOR), Auth)


def test_tries_on_many_lines_at_once_are_no_more_tries() -> None:
    door = lock()
    lines = [door.start(HELLO, "10.0.0.7", 0.0)[0] for _ in range(20)]
    told = [door.step(line, "guess", 0.0) for line in lines if line]
    assert told.count(WRONG_ONE) == WRONG_MOST


def test_only_so_many_addresses_are_remembered_those_of_late() -> None:
    door = lock()
    for number in range(3 * GROUPS_MOST):
        trial, _ = door.start(HELLO, f"2001:db8:{number:x}::/64", 0.0)
        assert trial
        for _ in range(WRONG_MOST):
            door.step(trial, "guess", 0.0)
    assert len(door.limiter.wrong) == GROUPS_MOST
    assert door.start(HELLO, "2001:db8:0::/64", 1.0)[0] is not None
    assert door.start(HELLO, f"2001:db8:{3 * GROUPS_MOST - 1:x}::/64", 1.0)[0] is None


def test_another_password_counts_for_whoever_comes_from_then_on() -> None:
    door = lock()
    before, _ = door.start(HELLO, "", 0.0)
    door.keys = keys_of("another", FEWEST)
    assert tried(door, PASSWORD) == WRONG_ONE
    assert isinstance(tried(door, "another"), Auth)
    proving = ScramLogin(PASSWORD)
    assert before
    challenge = door.step(before, proving.answer(""), 0.0)
    assert isinstance(challenge, Auth)
    assert isinstance(door.step(before, proving.answer(challenge.text), 0.0), Auth), "was asked for the old one"


def test_a_try_costs_the_server_less_than_a_fifth_of_a_millisecond() -> None:
    """Beside as many hashes of the library as it takes here: a slow machine is slow with both."""
    door, count = lock(), 200
    proving = ScramLogin("wrong")
    trial, _ = door.start(HELLO, "", 0.0)
    assert trial
    first = proving.answer("")
    challenge = door.step(trial, first, 0.0)
    assert isinstance(challenge, Auth)
    final = proving.answer(challenge.text)
    nonce = challenge.text.split(",")[0].removeprefix(f"r={first.rpartition('r=')[2]}")
    door = ScramServer(KEYS, lambda: nonce)
    took = []
    for _ in range(5):
        start = time.process_time()
        for number in range(count):
            trial, _ = door.start(HELLO, str(number), 0.0)
            assert trial
            door.step(trial, first, 0.0)
            assert door.step(trial, final, 0.0) == WRONG_ONE
        took.append((time.process_time() - start) / count)
    start = time.process_time()
    keys_of(PASSWORD, FEWEST)
    derived = time.process_time() - start
    assert min(took) < 0.0002 or min(took) < derived / 12


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=480), min_size=1, max_size=4))
def test_whatever_a_stranger_says_is_answered_and_lets_nobody_in(texts: list[str]) -> None:
    door = lock()
    trial, _ = door.start(HELLO, "", 0.0)
    assert trial
    for text in (FIRST, *texts):
        assert isinstance(door.step(trial, text, 0.0), Auth | Refused)
    assert not trial.is_passed
