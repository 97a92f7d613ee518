"""Each case has its own sentence and its own action, and the case that helps most comes first."""

import re
from dataclasses import replace

import pytest

from petard.game.config.arguments import Address
from petard.game.doctor.diagnosis import CASES as TABLE
from petard.game.doctor.diagnosis import PROMPTS, diagnose, networks
from petard.game.doctor.facts import ConnectOutcome, Facts, LocalNetwork, QueryResult, Router, TcpResult
from tests.game.doctor.example_facts import (
    CASES,
    DEAF,
    FAR,
    HEALTHY,
    HERE,
    MUTE,
    NOTHING,
    OLD,
    OTHER,
    SERVER,
    SILENT,
    THERE,
)

# Word for word: these are the sentences that people search for.
SAID = {
    "healthy": "All is well: Den at 10.77.0.1 is in the list and can be joined.",
    "firewall drops UDP": (
        "10.77.0.1 can be reached, but none of the list's questions gets an answer: a firewall drops UDP."
    ),
    "firewall drops TCP": (
        "10.77.0.1 answers the list's questions, but no connection to it opens: a firewall drops TCP."
    ),
    "no broadcast": ("10.77.0.1 can be reached, but this network carries no broadcasts, so the list cannot find it."),
    "isolation": (
        "10.77.0.1 is in your network, but nothing gets there or back: the network keeps its computers apart."
    ),
    "other network": (
        "10.78.0.1 is in another network than this computer, which is in 10.77.0.0/24, and there is no way between"
        " the two."
    ),
    "other port": "On 10.77.0.1 there is a server at port 7777, and none at port 7778.",
    "other version": (
        "10.77.0.1 has Petard 0.4 (protocol 2) and you have 0.3 (protocol 1): the two cannot play together."
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_each_case_has_its_facts(name: str) -> None:
    assert diagnose(CASES[name]).case == name


@pytest.mark.parametrize("name", SAID)
def test_the_most_frequent_cases_have_these_sentences(name: str) -> None:
    assert diagnose(CASES[name]).sentence == SAID[name]


def test_every_case_of_the_table_has_facts_here_and_a_sentence_of_its_own() -> None:
    assert list(CASES) == [one.case for one in TABLE]
    told = [diagnose(facts) for facts in CASES.values()]
    assert len({one.sentence for one in told}) == len(told)
    assert not [one for one in told if re.search(r"[{}]|None|  ", one.sentence + one.action)]
    assert not [one for one in told if "{" not in one.action and len(one.action) > 200]


def test_only_what_can_be_joined_is_healthy() -> None:
    assert [name for name in CASES if diagnose(CASES[name]).is_healthy] == ["host", "healthy"]


def test_a_server_that_can_be_joined_all_the_same_has_an_address() -> None:
    joins = {name: address for name in CASES if (address := diagnose(CASES[name]).join)}
    reached = ["healthy", "no broadcast", "no discovery", "firewall drops UDP", "other port", "not searched, open"]
    by_address = dict.fromkeys(reached, THERE)
    assert joins == by_address | {"other network, open": "10.78.0.1", "other address": "10.77.0.2"}


@pytest.mark.parametrize(
    ("facts", "case"),
    [
        # An open firewall would not help a client of another version.
        (replace(CASES["firewall drops TCP"], servers=(OLD,), asked=QueryResult(OLD)), "other version"),
        # A server that is reached is healthy, however much else is wrong.
        (replace(HEALTHY, mirror=None, shouts=MUTE, router=None, listener=None), "healthy"),
        (replace(HEALTHY, nets=(), shouts=()), "healthy"),
        # A refusal of this computer's own firewall is certain; that the network keeps computers apart is a guess.
        (replace(DEAF, reach=TcpResult(THERE, ConnectOutcome.FORBIDDEN), shouts=MUTE), "forbidden"),
        # A computer that cannot send broadcasts gets no answers.
        (replace(DEAF, shouts=MUTE), "mute"),
        # Two networks on one cable: the server answers, so the firewall is the problem, not the network.
        (replace(FAR, reach=TcpResult("10.78.0.1", ConnectOutcome.SILENT),
                 asked=QueryResult(replace(SERVER, host="10.78.0.1"))),
         "firewall drops TCP"),
        (replace(FAR, reach=TcpResult("10.78.0.1", ConnectOutcome.NO_WAY),
                 asked=QueryResult(replace(SERVER, host="10.78.0.1"))),
         "other network"),
        # A firewall may also reject; but NO_WAY after seconds is only a guess of this computer.
        (replace(HEALTHY, reach=TcpResult(THERE, ConnectOutcome.REFUSED)), "firewall drops TCP"),
        (replace(HEALTHY, reach=TcpResult(THERE, ConnectOutcome.NO_WAY, 1.0)), "firewall drops TCP"),
        (replace(DEAF, reach=TcpResult(THERE, ConnectOutcome.NO_WAY, 2900.0)), "isolation"),
        (replace(DEAF, reach=TcpResult(THERE, ConnectOutcome.NO_WAY, 1.0), system="darwin"), "isolation"),
        # A name that could not be resolved in time is unknown.
        (replace(DEAF, host="ada-laptop", reach=None), "unknown name"),
        # The person may mean another server, unless it is certain what is wrong.
        (replace(DEAF, reach=TcpResult(THERE, ConnectOutcome.REFUSED), servers=(OTHER,)), "other address"),
        (replace(DEAF, reach=TcpResult(THERE, ConnectOutcome.OTHER), servers=(OTHER,)), "other address"),
        (replace(CASES["other network"], servers=(OTHER,)), "other network"),
        (replace(CASES["firewall drops TCP"], servers=(OTHER,)), "firewall drops TCP"),
        (replace(DEAF, servers=(replace(OTHER, ours=True),)), "isolation"),
        # The person means the server at the next port, even if a firewall hides that none listens at the first.
        (replace(HEALTHY, port=7778, reach=SILENT), "other port"),
        (replace(DEAF, reach=TcpResult(THERE, ConnectOutcome.OTHER, others=(7779,))), "other port"),
        # A server with many addresses has one entry: the id in its answer identifies it.
        (replace(HEALTHY, servers=(replace(SERVER, host="fd77::1"),)), "healthy"),
        (replace(HEALTHY, servers=(replace(SERVER, id="e4", host="fd77::1"),)), "no broadcast"),
        (replace(CASES["host"], servers=(replace(SERVER, host="127.0.0.1", ours=True),), asked=NOTHING), "host"),
        # An unknown router is not a silent router.
        (replace(DEAF, router=Router("", None)), "isolation"),
        # The list shows the IPv6 address of a server that was asked for by IPv4, but it does answer by IPv4.
        (replace(HEALTHY, servers=(replace(SERVER, host="::ffff:10.77.0.1"),)), "healthy"),
    ],
)  # fmt: skip
def test_of_several_problems_the_diagnosis_names_the_one_that_helps_most(facts: Facts, case: str) -> None:
    assert diagnose(facts).case == case


@pytest.mark.parametrize(
    ("system", "words"),
    [
        ("win32", ("Windows Security Alert", "Allow access", "private networks")),
        ("darwin", ("would like to find devices on your local network", "Privacy & Security > Local Network")),
    ],
)
@pytest.mark.parametrize("name", ["mute", "forbidden", "host"])
def test_a_missing_permission_is_named_in_the_words_of_the_system(
    system: str, words: tuple[str, ...], name: str
) -> None:
    action = diagnose(replace(CASES[name], system=system)).action
    assert all(word in action for word in words)
    assert not any(prompt in diagnose(CASES[name]).action for prompt in PROMPTS.values())


def test_an_address_is_written_so_that_the_game_reads_it_back() -> None:
    assert [str(Address("10.0.0.5", 7777)), str(Address("10.0.0.5", 7778)), str(Address("fd77::1", 7778))] == [
        "10.0.0.5",
        "10.0.0.5:7778",
        "[fd77::1]:7778",
    ]


@pytest.mark.parametrize("host", [HERE, "127.0.0.1"])
def test_a_host_is_given_the_address_that_others_use(host: str) -> None:
    bridge = LocalNetwork("docker0", "172.17.0.1", "172.17.0.0/16")
    facts = replace(
        CASES["host"],
        host=host,
        port=7780,
        reach=TcpResult(host, ConnectOutcome.PETARD),
        nets=(bridge, *HEALTHY.nets[::-1]),
    )
    server = replace(SERVER, host="127.0.0.1", port=7780, ours=True)
    facts = replace(facts, servers=(server,), nets=(bridge, *HEALTHY.nets[::-1]))
    assert diagnose(facts).action.endswith(f"petard doctor {HERE}:7780")


def test_networks_are_named_by_ipv4_as_far_as_there_is_some() -> None:
    many = tuple(LocalNetwork("eth0", f"10.{number}.0.1", f"10.{number}.0.0/24") for number in range(5))
    assert networks(HEALTHY) == "10.77.0.0/24"
    assert networks(replace(HEALTHY, nets=(LocalNetwork("eth0", "fd77::3", "fd77::/64"),))) == "fd77::/64"
    assert networks(replace(HEALTHY, nets=many)) == "10.0.0.0/24, 10.1.0.0/24, 10.2.0.0/24 and 2 more"
    assert networks(replace(HEALTHY, nets=())) == "no network"


def test_an_ipv6_address_is_near_in_its_own_network_only() -> None:
    v6 = replace(DEAF, host="fd77::1", reach=TcpResult("fd77::1", ConnectOutcome.SILENT))
    assert diagnose(v6).case == "isolation"
    assert (
        diagnose(replace(v6, host="fd78::1", reach=TcpResult("fd78::1", ConnectOutcome.NO_WAY))).case == "other network"
    )
    local = replace(v6, host="fe80::1%eth0", reach=TcpResult("fe80::1%eth0", ConnectOutcome.PETARD), asked=NOTHING)
    assert diagnose(replace(local, nets=(LocalNetwork("eth0", "fe80::3", "fe80::/64"),))).case == "firewall drops UDP"
