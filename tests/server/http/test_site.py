"""Which path returns what, how often it is made, and which clients get it."""

import json
from dataclasses import fields
from http import HTTPStatus
from ipaddress import IPv6Interface

import pytest

from petard.server.http import metrics, pages, site
from petard.server.http.figures import FIELDS, SEAT_FIELDS, SharedFigures
from petard.server.http.request import METHODS, BadRequest, HttpRequest
from petard.server.http.site import PATHS, HttpResponse, Site
from petard.server.room.status import SeatStatus, Status
from tests.server.http.sample import figures

CLOCK = 1_795_284_716.9


def get(one: Site, path: str, now: float = 0.5, host: str = "localhost") -> HttpResponse:
    return one.answer(HttpRequest("GET", path, host), now, CLOCK)


def test_only_the_paths_of_the_table_exist() -> None:
    here = Site(SharedFigures(figures(), 0.0), True)
    assert {path: get(here, path).status for path in PATHS} == dict.fromkeys(PATHS, 200)
    for path in ("/x", "", "//", "/status", "/metrics/", "/%2e%2e/etc/passwd", "/../x", "*", "/Healthz"):
        with pytest.raises(BadRequest) as odd:
            get(here, path)
        assert odd.value.status == 404


def test_a_page_is_made_once_for_the_same_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[float] = []

    def counted(*about: object) -> str:
        made.append(1)
        return f"page {len(made)}"

    monkeypatch.setattr(site, "page", counted)
    shared = SharedFigures(figures(), 0.0)
    here = Site(shared, True)
    assert {get(here, "/").body for _ in range(20)} == {b"page 1"}
    shared.figures = figures()
    assert {get(here, "/").body for _ in range(20)} == {b"page 2"}
    assert get(here, "/", now=7.0).body == b"page 3"  # it hangs, and this is news


def test_health_is_computed_for_each_request() -> None:
    shared = SharedFigures(figures(), 0.0)
    here = Site(shared, True)
    answers = [(answer.status, answer.body) for answer in (get(here, "/healthz", now) for now in (1.9, 2.1, 3.3))]
    assert answers == [(200, b"ok\n"), (503, b"hung: no tick for 2.1 s\n"), (503, b"hung: no tick for 3.3 s\n")]
    shared.turned_at = 3.3
    assert get(here, "/healthz", 3.4).status == 200
    shared.figures = figures(draining=True)
    assert (get(here, "/healthz", 3.4).status, get(here, "/healthz", 3.4).body) == (503, b"draining\n")


def test_the_time_is_one_line() -> None:
    assert get(Site(SharedFigures(figures(), 0.0), True), "/time").body == b"2026-11-21T18:11:56Z\n"


def test_the_fields_of_status_json_are_those_of_the_table_and_hold_no_more_than_the_list_of_games() -> None:
    status = json.loads(get(Site(SharedFigures(figures(), 0.0), True), "/status.json").body)
    assert list(status) == list(FIELDS)
    assert [list(seat) for seat in status["seats"]] == [list(SEAT_FIELDS)] * 2
    assert status["seats"][0] == {
        "slot": 0, "name": "Ada", "colour": "red", "bot": False, "away": False, "alive": True, "wins": 2, "ping": 12,
    }  # fmt: skip
    assert (status["phase"], status["left"], status["uptime"], status["health"]) == ("playing", 99, 3600, "ok")
    assert status["interval"] == {"p50": 17.0, "p99": 30.0, "max": 30.0}
    known = {field.name for kind in (Status, SeatStatus) for field in fields(kind)}
    assert not {name for name in known if "token" in name or "address" in name}


def test_on_loopback_only_names_of_this_machine_are_accepted() -> None:
    here = Site(SharedFigures(figures(), 0.0), True)
    for host in ("localhost", "127.0.0.1", "127.8.9.1", "::1", "petard.localhost", ""):
        assert get(here, "/", host=host).status == 200
    for host in ("evil.example", "127.0.0.1.evil.example", "localhost.evil", "10.0.0.5", "127.evil.0.1", "128.0.0.1"):
        with pytest.raises(BadRequest) as odd:
            get(here, "/", host=host)
        assert odd.value.status == 421


def test_in_a_lan_no_host_name_is_accepted_that_a_stranger_could_own() -> None:
    den = Site(SharedFigures(figures(), 0.0), False, "Den.example.org")
    for host in ("10.0.0.5", "fd00::5", "2001:db8::1", "den", "den.local", "den.lan", "den.example.org", ""):
        assert get(den, "/", host=host).status == 200
    for host in ("evil.example", "10.0.0.5.evil.example", "local.evil", "den.example.org.evil", "example.org"):
        with pytest.raises(BadRequest) as odd:
            get(den, "/", host=host)
        assert odd.value.status == 421
        public = den.answer(HttpRequest("GET", "/", host), 0.5, CLOCK, "::ffff:9.9.9.9")
        assert public.status == 200, "who comes from the Internet could ask for the address just as well"


def test_a_neighbour_with_a_public_address_may_not_use_any_name() -> None:
    den = Site(SharedFigures(figures(), 0.0), False, networks=[IPv6Interface("2620:fe::1/64")])
    request = HttpRequest("GET", "/", "evil.example")
    with pytest.raises(BadRequest):
        den.answer(request, 0.5, CLOCK, "2620:fe::fe")
    assert den.answer(request, 0.5, CLOCK, "2620:ff::1").status == 200


def test_without_the_extra_metrics_say_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "CollectorRegistry", None)
    answer = get(Site(SharedFigures(figures(), 0.0), True), "/metrics")
    assert (answer.status, answer.body) == (
        404,
        b"Metrics need something to be installed first: pip install 'petard[metrics]'\n",
    )


def test_every_response_has_its_length_and_closes_the_connection() -> None:
    for status in (200, 400, 404, 405, 408, 413, 414, 421, 431, 500, 503):
        head, _, body = site.text_response(status, "Words.").data().partition(b"\r\n\r\n")
        lines = head.decode().split("\r\n")
        assert lines[0] == f"HTTP/1.1 {status} {HTTPStatus(status).phrase}"
        assert {f"Content-Length: {len(body)}", "Connection: close", "X-Content-Type-Options: nosniff"} <= set(lines)
        assert (f"Allow: {', '.join(METHODS)}" in lines) == (status == 405)
    page = get(Site(SharedFigures(figures(), 0.0), True), "/")
    assert f"Content-Security-Policy: {pages.POLICY}\r\n".encode() in page.data()
    assert page.data(with_body=False) + page.body == page.data()
