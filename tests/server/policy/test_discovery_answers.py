"""Who is answered, how often, and that nobody can make a flood larger with the help of a server."""

import itertools
import random
from ipaddress import ip_network

import pytest

from petard.server.policy.discovery_answers import BURST, ONCE_IN, ONCE_KEPT, PER_SOURCE, SOURCES_MOST, Answerer, Asked
from petard.shared.protocol.beacon import SIZE, Answer, AnswerEncoder, Farewell, Notice, Question, decode, encode
from tests.shared.protocol.test_beacon import DEN, LONGEST

MUTANTS = 10_000
NEAR = "10.0.0.5"
QUESTION = encode(Question(300))
_nonces = itertools.count(2**40)


def answered(
    answerer: Answerer, data: bytes | None = None, host: str = NEAR, now: float = 0.0, port: int = 40000
) -> bytes:
    """What is sent back, to a question that was not asked before if nothing else is said."""
    data = encode(Question(next(_nonces))) if data is None else data
    return answerer.answer(Asked(data, host, port), AnswerEncoder(DEN), 1, now)


def mutant(chance: random.Random) -> bytes:
    """Something that was a question once, or an answer, or nothing at all."""
    data = bytearray(chance.choice([QUESTION, QUESTION, QUESTION, encode(Notice(LONGEST)), bytes(SIZE)]))
    match chance.randrange(5):
        case 0:
            data[chance.randrange(24)] = chance.randrange(256)
        case 1:
            data = data[: chance.randrange(len(data) + 1)]
        case 2:
            data += bytes(chance.randrange(1500))
        case 3:
            at = chance.randrange(len(data))
            data[at : at + 8] = chance.randbytes(8)
        case 4:
            data[7:] = encode(Question(chance.getrandbits(64)))[7:]
    return bytes(data)


@pytest.mark.slow
def test_no_answer_is_longer_than_its_question_for_any_question_and_ten_thousand_mutants() -> None:
    chance = random.Random(8)
    answerer = Answerer()
    answers_of_all = AnswerEncoder(LONGEST)
    came = went = answers = 0
    questions = [encode(Question(chance.getrandbits(64 - n % 64))) for n in range(1000)]
    for number, data in enumerate([*questions, *(mutant(chance) for _ in range(MUTANTS))]):
        answer = answerer.answer(Asked(data, NEAR, 40000, 5.0), answers_of_all, 2**53 - 1, float(number))
        assert len(answer) <= len(data)
        came, went, answers = came + len(data), went + len(answer), answers + bool(answer)
    assert went / came <= 1.0
    assert answers > 2000  # or the limits have kept it from being tried


def test_an_answer_repeats_the_number_and_tells_how_long_the_question_lay() -> None:
    data = Answerer().answer(Asked(QUESTION, NEAR, 40000, 0.016), AnswerEncoder(DEN), 123, 0.0)
    assert decode(data) == Answer(300, 123, 16_000, DEN)


@pytest.mark.parametrize("data", [encode(Notice(DEN)), encode(Farewell(7)), QUESTION[:-1], b"", bytes(SIZE)])
def test_what_is_no_question_gets_no_answer(data: bytes) -> None:
    assert answered(Answerer(), data) == b""


NEIGHBOURS = "10.1.2.3 172.16.0.1 192.168.9.9 169.254.3.4 100.64.0.1 127.0.0.1 ::1 fd00::7 fe80::1 fe80::1%eth0"
REFUSED = "8.8.8.8 2a00:1450::1 255.255.255.255 224.0.0.1 0.0.0.0 :: ff12::1 240.0.0.1 nobody"


@pytest.mark.parametrize("host", NEIGHBOURS.split())
def test_who_is_near_is_answered(host: str) -> None:
    assert answered(Answerer(), host=host)


@pytest.mark.parametrize("host", REFUSED.split())
def test_who_is_far_away_or_nobody_is_not(host: str) -> None:
    assert answered(Answerer(), host=host) == b""


def test_who_is_on_a_network_of_this_machine_is_answered_whatever_addresses_it_has_but_not_all_of_it_at_once() -> None:
    answerer = Answerer([ip_network("141.2.3.0/24"), ip_network("10.0.0.0/24"), ip_network("2a00:1::/64")])
    assert answered(answerer, host="141.2.3.4")
    assert answered(answerer, host="2a00:1::5")
    assert [answered(answerer, host=host) for host in ("141.2.3.255", "10.0.0.255", "141.2.4.1")] == [b""] * 3


def test_a_room_on_one_address_is_told_of_on_that_network_only() -> None:
    answerer = Answerer([ip_network("10.0.0.0/24")], only_these=True)
    assert answered(answerer, host="10.0.0.7")
    assert [answered(answerer, host=host) for host in ("10.0.1.7", "127.0.0.1", "::1")] == [b""] * 3


def test_services_with_low_ports_are_not_disturbed_on_behalf_of_others() -> None:
    assert Answerer().answer(Asked(QUESTION, NEAR, 53), AnswerEncoder(DEN), 1, 0.0) == b""


def test_one_address_gets_ten_answers_a_second() -> None:
    answerer = Answerer()
    assert sum(bool(answered(answerer, now=0.0)) for _ in range(100)) == PER_SOURCE
    more = sum(bool(answered(answerer, now=step / 64)) for step in range(1, 5 * 64 + 1))
    assert 5 * PER_SOURCE - 1 <= more <= 5 * PER_SOURCE
    assert answered(answerer, host="10.0.0.6", now=5.0)


def test_a_question_that_comes_by_several_ways_is_answered_once_and_counts_once() -> None:
    answerer = Answerer()
    assert sum(bool(answered(answerer, QUESTION)) for _ in range(50)) == 1
    assert sum(bool(answered(answerer)) for _ in range(50)) == PER_SOURCE - 1


def test_each_socket_that_asks_gets_an_answer_since_a_firewall_may_let_only_one_of_them_hear_it() -> None:
    answerer = Answerer()
    assert all(answered(answerer, QUESTION, host, port=port) for host in (NEAR, "10.0.0.6") for port in (4000, 4001))


def test_who_always_asks_with_the_same_number_is_answered_again_later_even_if_the_clock_goes_back() -> None:
    answerer = Answerer()
    answers = [bool(answered(answerer, QUESTION, now=5 + now)) for now in (0.0, ONCE_IN / 2, ONCE_IN, -1.0)]
    assert answers == [True, False, True, True]


def test_what_was_answered_is_not_kept_for_ever() -> None:
    answerer = Answerer()
    for number in range(2 * ONCE_KEPT):
        answered(answerer, now=number / PER_SOURCE)
    assert len(answerer.answered) == ONCE_KEPT


def test_all_together_get_no_more_in_a_turn_than_a_tick_can_bear() -> None:
    answerer = Answerer()
    hosts = [f"10.0.{n // 250}.{n % 250}" for n in range(2000)]
    assert sum(bool(answered(answerer, host=host)) for host in hosts) == BURST
    assert answered(answerer, host="10.9.9.9", now=1.0)


def test_a_flood_from_made_up_addresses_takes_no_memory_and_lets_nobody_ask_more_often() -> None:
    answerer = Answerer()
    for number in range(3 * SOURCES_MOST):
        answered(answerer, host=f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}")
    assert len(answerer.sources) <= SOURCES_MOST
    again = [answered(answerer, host="10.99.0.1", now=100.0) for _ in range(100)]
    assert sum(map(bool, again)) == PER_SOURCE


def test_a_clock_that_goes_back_gives_nothing_more() -> None:
    answerer = Answerer()
    for _ in range(100):
        answered(answerer, now=100.0)
    assert answered(answerer, now=0.0) == b""
    assert answered(answerer, now=0.5)
