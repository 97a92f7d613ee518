"""The page for people: who plays, the score, the board. Works without JavaScript.

Pure: figures to text. All text that a person could have typed goes through `escape`.

Rule 1: nothing is loaded from elsewhere, and the policy header forbids it: one style, one script, both by their hash.
Rule 2: without script the page reloads every two seconds; with it the room is renewed in place, every second.
"""

import base64
import hashlib
from html import escape

from petard.assets.palette import PLAYER_COLOURS
from petard.server.http.figures import ServerFigures
from petard.server.http.picture import hex_colour, picture
from petard.server.http.style import ICON, SCRIPT, STYLE
from petard.server.room.status import SeatStatus, Status
from petard.shared.protocol.messages import BUILD, Phase

RENEW = 2  # seconds, where there is no script
MANY = 10  # players; of more than that each gets less room


def _hash_of(text: str) -> str:
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


POLICY = (
    f"default-src 'none'; style-src {_hash_of(STYLE)}; script-src {_hash_of(SCRIPT)}; connect-src 'self'; "
    "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEAD = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="dark">'
    f'<link rel="icon" href="{escape(ICON)}"><style>{STYLE}</style>'
    f'<noscript><meta http-equiv="refresh" content="{RENEW}"></noscript>'
)


def page(figures: ServerFigures, is_well: bool, health: str) -> str:
    """Return the whole page. `health`: the text of /healthz."""
    title = escape(figures.status.name)
    return (
        f'{_HEAD}<title>{title} · Petard</title></head><body><main id="room">'
        f"{room(figures, is_well, health)}</main><p class=lost>The server does not answer.</p>"
        f"<script>{SCRIPT}</script></body></html>\n"
    )


def room(figures: ServerFigures, is_well: bool, health: str) -> str:
    """Return the part that the script renews: everything that is visible."""
    status = figures.status
    trouble = "about to stop: no more rounds begin" if health == "draining" else health
    alarm = "" if is_well else f"<p class=alarm>{escape(f'The server is {trouble}.')}</p>"
    board = picture(figures.board, figures.seen, status.seats)
    words = [escape(name.replace("-", " ").capitalize()) for name in (status.map, status.rules)]
    setting = "".join(f"<span>{word}</span>" for word in [*words, *["password"] * figures.locked])
    return (
        f"<header><h1><i></i><bdi>{escape(status.name)}</bdi></h1>{_now(figures)}</header>{alarm}"
        f"<div class=stage><figure>{board}<figcaption>{setting}</figcaption></figure>"
        f"<section>{_players(status)}</section></div>{_foot(figures)}"
    )


def _now(figures: ServerFigures) -> str:
    status = figures.status
    words = {
        Phase.LOBBY: "In the lobby",
        Phase.LOADING: f"Round {status.round} is about to begin",
        Phase.PLAYING: f"Round {status.round}",
        Phase.RESULTS: f"Round {status.round} is over",
    }
    clock = f"<b>{figures.left // 60}:{figures.left % 60:02}</b>" if figures.left is not None else ""
    return f"<p class=now>{clock}<span>{words[status.phase]}<small>best of {status.rounds}</small></span></p>"


def _players(status: Status) -> str:
    ranked = sorted(status.seats, key=lambda seat: (-seat.wins, seat.slot))
    many = " class=many" if len(ranked) > MANY else ""
    cards = "".join(_card(seat, status.host) for seat in ranked)
    players = f"<ol{many}>{cards}</ol>" if ranked else "<p class=nobody>Nobody is here yet.</p>"
    names = ", ".join(f"<bdi>{escape(name)}</bdi>" for name in status.watchers)
    return players + (f"<p class=watchers>Watching: {names}</p>" if names else "")


def _card(seat: SeatStatus, host: str) -> str:
    colour = hex_colour(PLAYER_COLOURS[seat.colour % len(PLAYER_COLOURS)])
    face = (
        f'<svg viewBox="-17 -20 34 38" aria-hidden="true"><use href="#body" fill="{colour}"/><use href="#eyes"/></svg>'
    )
    marks = [
        (seat.is_bot, "bot"),
        (not seat.is_bot and seat.name == host, "host"),
        (seat.is_away, "away"),
        (not seat.is_alive, "out"),
    ]
    words = [word for is_so, word in marks if is_so]
    if not seat.is_bot and not seat.is_away and seat.ping:
        words.append(f"{seat.ping} ms")
    state = " class=out" if not seat.is_alive or seat.is_away else ""
    about = f"<small>{' · '.join(words)}</small>"
    won = f'<b title="rounds won">{seat.wins}</b>'
    return f"<li{state}>{face}<span><bdi>{escape(seat.name)}</bdi>{about}</span>{won}</li>"


def _foot(figures: ServerFigures) -> str:
    status, intervals = figures.status, figures.intervals
    persons = sum(not seat.is_bot for seat in status.seats)
    facts = [f"{persons} of {status.places} places taken by people", f"up {uptime(figures.uptime)}"]
    if intervals.latest:
        facts.append(f"tick {1000 * intervals.percentile(50):.1f} ms, p99 {1000 * intervals.percentile(99):.1f} ms")
    facts += [f"port {figures.port}", f"Petard {BUILD}"]
    links = "".join(f'<a href="/{name}">{name}</a>' for name in ("status.json", "healthz", "metrics", "time"))
    return f"<footer><p>{'</p><p>'.join(facts)}</p><nav>{links}</nav></footer>"


def uptime(seconds: int) -> str:
    """Return a duration in its two largest units.

    >>> uptime(59), uptime(3 * 3600 + 5 * 60), uptime(15 * 86400 + 4 * 3600)
    ('59 s', '3 h 5 min', '15 d 4 h')
    """
    units = (("d", 86400), ("h", 3600), ("min", 60), ("s", 1))
    parts = []
    for word, length in units:
        if seconds >= length:
            parts.append(f"{seconds // length} {word}")
            seconds %= length
    return " ".join(parts[:2]) or "0 s"
