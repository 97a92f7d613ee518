"""The shapes of the SVG picture, defined once: patterns for the ground, and small drawings around 0, 0 for the rest.
Constants, and how a colour is written in them.
"""

from petard.assets.palette import (
    ACCENT,
    CLAY,
    CLAY_DARK,
    COOL,
    DANGER,
    FLAME,
    FLOOR,
    GOOD,
    INK,
    PAPER,
    STONE,
    STONE_DARK,
    Colour,
)

SIDE = 32  # units of a tile


def hex_colour(colour: Colour) -> str:
    """Return a colour as HTML writes it.

    >>> hex_colour((255, 190, 66))
    '#ffbe42'
    """
    return "#" + "".join(f"{part:02x}" for part in colour)


_INK, _PAPER, _STONE, _STONE_DARK = hex_colour(INK), hex_colour(PAPER), hex_colour(STONE), hex_colour(STONE_DARK)
_CLAY, _CLAY_DARK = hex_colour(CLAY), hex_colour(CLAY_DARK)
_FLOORS = (hex_colour(FLOOR[0]), hex_colour(FLOOR[1]))
_BRICKS = "M1 2h13v8h-13zM17 2h14v8h-14zM1 13h6v8h-6zM10 13h13v8h-13zM26 13h5v8h-5z"
_LOW_BRICKS = "M1 24h13v6h-13zM17 24h14v6h-14z"


def _pattern(name: str, side: int, inside: str) -> str:
    size = f'width="{side}" height="{side}"'
    return f'<pattern id="{name}" {size} patternUnits="userSpaceOnUse">{inside}</pattern>'


def _box(fill: str, x: float, y: float, wide: float, tall: float, round: float = 0) -> str:
    corner = f' rx="{round}"' if round else ""
    return f'<rect x="{x}" y="{y}" width="{wide}" height="{tall}"{corner} fill="{fill}"/>'


def _chip(name: str, colour: str, inside: str) -> str:
    frame = f'<rect x="-12" y="-12" width="24" height="24" rx="6" fill="{colour}" stroke="{_PAPER}" stroke-width="2"/>'
    return f'<g id="{name}">{frame}{inside}</g>'


def _path(fill: str, d: str, more: str = "") -> str:
    return f'<path fill="{fill}" d="{d}"{more}/>'


_FLOOR = _box(_FLOORS[0], 0, 0, 64, 64) + _path(_FLOORS[1], "M0 0h32v32h32v32h-32v-32h-32z")
_WALL = (
    _box(_INK, 0, 0, 32, 32)
    + _box(_STONE_DARK, 1, 1, 30, 30, 4)
    + _box(_STONE, 1, 1, 30, 25, 4)
    + _box("#a9b0cb", 3, 2.5, 26, 2, 1)
    + _path(_STONE_DARK, "M5 7h2v2h-2zM25 7h2v2h-2zM5 20h2v2h-2zM25 20h2v2h-2z")
)
_BRICK = _box(_INK, 0, 0, 32, 32) + _path(_CLAY, _BRICKS) + _path(_CLAY_DARK, _LOW_BRICKS)
_BROKEN = _path(_CLAY, _BRICKS, ' opacity=".6"') + _path(_CLAY_DARK, _LOW_BRICKS, ' opacity=".6"')
_SPARK = (
    f'<circle cx="9" cy="-12" r="3.5" fill="{hex_colour(FLAME[2])}"/><circle cx="9" cy="-12" r="1.6" fill="{_PAPER}"/>'
)
_FUSE = f'<path d="M4 -7q1 -5 5 -5" fill="none" stroke="{_CLAY_DARK}" stroke-width="2.4"/>'
_PETARD = (
    f'<ellipse cy="12" rx="11" ry="3" fill="{_INK}" opacity=".35"/>'
    f'<circle cy="1" r="11.5" fill="{_INK}"/><circle cy="1" r="10" fill="#3a3560"/>'
    f'<circle cx="-3.5" cy="-3" r="3" fill="#8d88b8"/>{_FUSE}{_SPARK}'
)
_FOOT = "h7v4q0 1.5 -1.5 1.5h-4q-1.5 0 -1.5 -1.5z"
_FEET = f'<path d="M-9 10{_FOOT}M2 10{_FOOT}" fill="{_INK}"/>'
_BODY = (
    f'<ellipse cy="14" rx="12" ry="3.5" fill="{_INK}" opacity=".35"/>{_FEET}'
    f'<path d="M0 -13v-2.5" stroke="{_INK}" stroke-width="2.5"/><circle cy="-16" r="2.4" stroke="{_INK}"/>'
    f'<rect x="-11" y="-13" width="22" height="25" rx="10" stroke="{_INK}" stroke-width="2"/>'
    '<path d="M-7.5 -4q.5 -5 5.5 -6" fill="none" stroke="#fff" stroke-opacity=".5" stroke-width="2.4"'
    ' stroke-linecap="round"/>'
)
_EYES = (
    f'<g fill="{_PAPER}" stroke="{_INK}"><ellipse cx="-4" cy="-2" rx="3.2" ry="4"/><ellipse cx="4" cy="-2" rx="3.2"'
    f' ry="4"/></g><g fill="{_INK}"><circle cx="-3.6" cy="-1.4" r="1.7"/><circle cx="4.4" cy="-1.4" r="1.7"/></g>'
)
_START = f'<circle r="9" fill="none" stroke="{_PAPER}" stroke-width="2" stroke-dasharray="3 3" opacity=".55"/>'
_FIRE = "M0 -9q7 6 6 12a6 6 0 0 1 -12 0q0 -3 2.5 -5q1 3 3 3q1.5 -5 .5 -10z"
_SKATE = "M-6 -8h6v6q1 2 6 2.5v4.5h-12zM-5 6.5h2.5v2.5h-2.5zM2.5 6.5h2.5v2.5h-2.5z"
_SHIELD = "M0 -8.5l7 2.5q1 10 -7 15q-8 -5 -7 -15z"
_APPLE = f'<circle cy="2" r="7" fill="{hex_colour(DANGER)}"/>' + _path("#3f9a58", "M0 -4q1 -5 6 -5q0 5 -6 5z")

DEFINITIONS = (
    "<defs>"
    + _pattern("floor", 2 * SIDE, _FLOOR)
    + _pattern("wall", SIDE, _WALL)
    + _pattern("brick", SIDE, _BRICK)
    + _pattern("breaking", SIDE, _BROKEN)
    + f'<g id="petard">{_PETARD}</g><g id="body">{_BODY}</g><g id="eyes">{_EYES}</g><g id="start">{_START}</g>'
    + _chip("bomb", "#8b7fd6", f'<circle cy="1.5" r="6.5" fill="{_INK}"/>' + _path(hex_colour(ACCENT), "M3 -8h4v4h-4z"))
    + _chip("flame", "#ffe3a6", _path(hex_colour(FLAME[1]), _FIRE))
    + _chip("skate", hex_colour(COOL), _path(hex_colour(DANGER), _SKATE))
    + _chip("kick", hex_colour(GOOD), _path(_INK, "M-6 -7h5v7q6 0 7 4v3h-12z"))
    + _chip("shield", "#dfe6ff", _path("#4a74d8", _SHIELD))
    + _chip("fruit", "#fff0d0", _APPLE)
    + "</defs>"
)
