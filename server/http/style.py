"""The style sheet and the script of the page, as constants; the colours are those of the game."""

from urllib.parse import quote

from petard.assets.palette import ACCENT, COOL, DANGER, INK, MUTED, NIGHT, PANEL, PANEL_LIGHT, PAPER

_COLOURS = {
    "ink": INK,
    "night": NIGHT,
    "panel": PANEL,
    "light": PANEL_LIGHT,
    "paper": PAPER,
    "muted": MUTED,
    "accent": ACCENT,
    "danger": DANGER,
    "cool": COOL,
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
