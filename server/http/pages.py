"""The page for people: who plays, the score, the board. Works without JavaScript; its colours are those of the game.

Pure: figures to text. All text that a person could have typed goes through `escape`.

Rule 1: nothing is loaded from elsewhere, and the policy header forbids it: one style, one script, both by their hash.
Rule 2: without script the page reloads every two seconds; with it the room is renewed in place, every second.
"""

import base64
import hashlib
from html import escape
from urllib.parse import quote

from petard.assets import palette
from petard.server.http.figures import ServerFigures
from petard.server.http.picture import hex_colour, picture
from petard.server.room.status import SeatStatus, Status
from petard.shared.protocol.messages import BUILD, Phase

RENEW = 2  # seconds, where there is no script
MANY = 10  # players; of more than that each gets less room
_COLOURS = {
    "ink": palette.INK,
    "night": palette.NIGHT,
    "panel": palette.PANEL,
    "light": palette.PANEL_LIGHT,
    "paper": palette.PAPER,
    "muted": palette.MUTED,
    "accent": palette.ACCENT,
    "danger": palette.DANGER,
    "cool": palette.COOL,
}
_ROOT = ";".join(f"--{name}:rgb({red} {green} {blue})" for name, (red, green, blue) in _COLOURS.items())

STYLE = (
    f":root{{{_ROOT};color-scheme:dark}}"
    """
*{box-sizing:border-box;margin:0}
html{font:clamp(15px,1.15vw,30px)/1.35 ui-rounded,"Nunito","Segoe UI",system-ui,"Roboto","Helvetica Neue",sans-serif}
body{min-height:100vh;color:var(--paper);
 background:radial-gradient(120% 90% at 50% 0,var(--panel),var(--night) 45%,var(--ink)) fixed}
main{max-width:118rem;min-height:100vh;margin:auto;padding:clamp(.8rem,2vw,2rem);
 display:flex;flex-direction:column;gap:clamp(.8rem,1.5vw,1.4rem)}
header{display:flex;flex-wrap:wrap;align-items:center;justify-content:space-between;gap:.6rem 2rem}
h1{display:flex;align-items:center;gap:.8rem;min-width:0;font-size:clamp(1.5rem,4.2vw,2.4rem);line-height:1.15;
 font-weight:800;letter-spacing:-.01em;overflow-wrap:anywhere}
h1 i{flex:none;width:1.25em;height:1.25em;background:center/contain no-repeat url("ICON")}
.now{display:flex;align-items:center;gap:.9rem;padding:.35rem 1.1rem;border-radius:.9rem;background:var(--panel);
 font-weight:700}
.now b{font-size:2rem;font-variant-numeric:tabular-nums;line-height:1.2}
.now small,li small{display:block;font-weight:500;color:var(--muted)}
.alarm{padding:.6rem 1.1rem;border-radius:.8rem;background:var(--danger);color:var(--ink);font-weight:700}
.stage{flex:1;display:grid;gap:clamp(.8rem,1.5vw,1.4rem);align-content:start;align-items:start}
figure{min-width:0}
.board{display:block;width:100%;max-height:calc(100vh - 13rem);border-radius:.9rem;
 filter:drop-shadow(0 .5rem 1.2rem #0006)}
.board text{font:700 10px ui-rounded,"Nunito","Segoe UI",system-ui,sans-serif;text-anchor:middle;fill:var(--paper);
 stroke:var(--ink);stroke-width:3px;stroke-linejoin:round;paint-order:stroke}
figcaption{display:flex;flex-wrap:wrap;justify-content:center;gap:.4rem;margin-top:.7rem}
figcaption span{padding:.1rem .8rem;border-radius:1rem;background:var(--panel);color:var(--muted);font-weight:600}
ol{list-style:none;padding:0;display:grid;gap:.55rem;grid-template-columns:repeat(auto-fill,minmax(min(100%,10.5rem),1fr))}
li{display:flex;align-items:center;gap:.8rem;min-width:0;padding:.45rem 1rem .45rem .6rem;border-radius:.9rem;
 background:var(--panel)}
li svg{flex:none;width:2.9rem;height:2.9rem;padding:.15rem;border-radius:.7rem;background:var(--light)}
li span{flex:1;min-width:0;font-weight:700;overflow-wrap:anywhere}
li bdi{display:block;line-height:1.2}
li small{font-size:.85rem}
li b{font-size:1.7rem;font-weight:800;color:var(--accent);font-variant-numeric:tabular-nums}
.out{background:#2c2848}
.out svg{opacity:.35;filter:grayscale(.7)}
.out bdi,.out b{opacity:.6}
.nobody,.watchers{padding:.7rem 1rem;color:var(--muted)}
footer{display:flex;flex-wrap:wrap;gap:.2rem 1.6rem;padding-top:.7rem;border-top:1px solid var(--panel);
 color:var(--muted);font-size:.88rem;font-variant-numeric:tabular-nums}
nav{display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;margin-left:auto}
a{color:var(--cool);text-decoration:none}
a:hover,a:focus-visible{text-decoration:underline}
.lost{display:none;position:fixed;inset:auto 0 0;padding:.8rem;background:var(--danger);color:var(--ink);
 font-weight:800;text-align:center}
.quiet .lost{display:block}
.quiet main{opacity:.45}
@media(max-width:30rem){li{gap:.55rem;padding:.4rem .8rem .4rem .4rem}
 li svg{width:2.3rem;height:2.3rem}li b{font-size:1.4rem}
 .many svg{width:2rem;height:2rem}}
@media(min-width:60rem){.stage{grid-template-columns:minmax(0,1fr) clamp(19rem,27vw,34rem)}
 ol{grid-template-columns:repeat(auto-fill,minmax(min(100%,17rem),1fr))}}
.many{gap:.35rem;grid-template-columns:repeat(auto-fill,minmax(min(100%,9rem),1fr))}
.many li{gap:.5rem;padding:.15rem .7rem .15rem .25rem;font-size:.9rem}
.many svg{width:2rem;height:2rem}
.many b{font-size:1.2rem}
.many small{font-size:.78rem}
"""
)
SCRIPT = """
const room = document.getElementById("room");
async function renew() {
  try {
    const answer = await fetch("/", {cache: "no-store", signal: AbortSignal.timeout(2500)});
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    room.replaceChildren(...fresh.getElementById("room").childNodes);
    document.title = fresh.title;
    document.body.className = "";
  } catch {
    document.body.className = "quiet";
  }
  setTimeout(renew, 1000);
}
setTimeout(renew, 1000);
"""
_BOMB = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><circle cx="29" cy="37" r="24" fill="#1e1a2e"/>'
    '<circle cx="29" cy="37" r="21" fill="#4e4a78"/><circle cx="21" cy="28" r="6" fill="#aaa6c8"/>'
    '<path d="M41 20q4 -11 14 -11" fill="none" stroke="#de8a5c" stroke-width="5" stroke-linecap="round"/>'
    '<circle cx="55" cy="9" r="8" fill="#ffce46"/><circle cx="55" cy="9" r="4" fill="#fff6e4"/></svg>'
)
ICON = "data:image/svg+xml," + quote(_BOMB, safe=" ='/:;,")
STYLE = STYLE.replace("ICON", ICON.replace("'", "%27"))


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
    colour = hex_colour(palette.PLAYER_COLOURS[seat.colour % len(palette.PLAYER_COLOURS)])
    face = (
        f'<svg viewBox="-17 -20 34 38" aria-hidden="true"><use href="#body" fill="{colour}"/><use href="#eyes"/></svg>'
    )
    is_host = not seat.is_bot and seat.name == host
    marks = {"bot": seat.is_bot, "host": is_host, "away": seat.is_away, "out": not seat.is_alive}
    words = [word for word, is_so in marks.items() if is_so]
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
