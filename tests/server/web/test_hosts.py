"""A browser may use only names that nobody else can own, and only our own pages may open a WebSocket."""

from ipaddress import ip_network

import pytest

from petard.server.web.hosts import BadRequest, HostNames, host_name_in


def status_of(names: HostNames, *hosts: str, is_new: bool = True) -> int:
    """The status of a request with these Hosts."""
    try:
        names.check_host(hosts, is_new)
    except BadRequest as odd:
        return odd.status
    return 200


def test_on_loopback_only_names_of_this_machine_are_accepted() -> None:
    here = HostNames(True, "Den.example.org", ("petard.example.org",))
    for host in ("localhost", "LOCALHOST:7780", "127.0.0.1", "127.8.9.1:80", "[::1]", "[::1]:80", "petard.localhost"):
        assert status_of(here, host) == 200
    assert status_of(here, "petard.example.org") == 200  # its owner has named it, as it is in a proxy
    for host in ("evil.example", "127.0.0.1.evil.example", "localhost.evil", "10.0.0.5", "127.evil.0.1", "128.0.0.1"):
        assert status_of(here, host) == 421
    assert status_of(here, "den") == 421


def test_in_a_lan_no_host_name_is_accepted_that_somebody_else_could_own() -> None:
    den = HostNames(False, "Den.example.org", ("Petard.Example.org",))
    for host in ("10.0.0.5", "[fd00::5]:7780", "[2001:db8::1]", "den", "den.local", "DEN.lan:80", "den.example.org"):
        assert status_of(den, host) == 200
    assert status_of(den, "petard.example.org.") == 200
    for host in ("evil.example", "10.0.0.5.evil.example", "local.evil", "den.example.org.evil", "example.org", "nas"):
        assert status_of(den, host) == 421


def test_one_host_is_needed_and_not_two() -> None:
    here = HostNames(True)
    assert status_of(here) == 400
    assert status_of(here, is_new=False) == 200  # HTTP/1.0, as netcat says it; no browser does
    assert status_of(here, "localhost", "localhost") == 400
    assert host_name_in("x]:80") == "x]"


def test_a_proxy_names_the_client_if_the_owner_has_named_the_proxy_or_its_names() -> None:
    named, plain = HostNames(True, named=("petard.example.org",)), HostNames(True)
    assert named.forwarded(["203.0.113.9"], "127.0.0.1") == "203.0.113.9"
    assert named.forwarded(["10.9.9.9, 2001:db8::9"], "::1") == "2001:db8::9"  # what the client said, what it saw
    assert named.forwarded(["10.9.9.9", "203.0.113.9"], "127.0.0.1") == "203.0.113.9"
    assert plain.forwarded(["203.0.113.9"], "127.0.0.1") == ""
    assert named.forwarded(["203.0.113.9"], "10.0.0.7") == ""
    elsewhere = HostNames(False, proxies=(ip_network("10.0.0.0/30"),))
    assert elsewhere.forwarded(["203.0.113.9"], "::ffff:10.0.0.2") == "203.0.113.9"
    assert elsewhere.forwarded(["203.0.113.9"], "10.0.0.4") == elsewhere.forwarded(["203.0.113.9"], "127.0.0.1") == ""
    for nonsense in ([], [""], ["unknown"], ["203.0.113.9,"], ["203.0.113.9:80"]):
        assert named.forwarded(nonsense, "127.0.0.1") == ""


ORIGINS = {
    ("http://127.0.0.1:7780",): True,
    ("https://127.0.0.1:7780",): True,  # a proxy with TLS stands before it
    ("HTTP://127.0.0.1:7780",): True,
    (): False,
    ("http://127.0.0.1:7780", "http://127.0.0.1:7780"): False,
    ("http://evil.example",): False,
    ("http://127.0.0.1:7781",): False,
    ("http://127.0.0.1",): False,
    ("http://evil@127.0.0.1:7780",): False,
    ("http://127.0.0.1:7780/",): False,
    ("http://127.0.0.1:7780.evil.example",): False,
    ("file://",): False,
    ("null",): False,
    ("http://[",): False,
    ("",): False,
}


@pytest.mark.parametrize(("origins", "is_ours"), ORIGINS.items())
def test_an_origin_is_ours_or_refused(origins: tuple[str, ...], is_ours: bool) -> None:
    if is_ours:
        HostNames.check_origin(origins, "127.0.0.1:7780")
        return
    with pytest.raises(BadRequest) as odd:
        HostNames.check_origin(origins, "127.0.0.1:7780")
    assert odd.value.status == 403
