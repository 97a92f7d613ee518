"""Draw the way of one key press from the list in ARCHITECTURE.md: `python -m tests.tools.way_picture`.

The list is read from ARCHITECTURE.md, so the picture can't name a hop that the list does not have.
"""

import re
from html import escape
from pathlib import Path

ROOT = Path(__file__).parents[2]
PICTURE = ROOT / "docs" / "pictures" / "way.svg"
COLUMN, BOX, ROW, HEAD = 380, 348, 58, 60  # units of the drawing
COLOURS = ("#2f6f9f", "#a34a28", "#3f7d4e", "#6a4c93")


def columns_of(page: str) -> list[tuple[str, list[tuple[int, str, str]]]]:
    """The parts of the list: a heading, and its hops as (number, function, file)."""
    text = page.partition("<!-- way -->\n")[2].partition("<!-- end -->")[0]
    columns: list[tuple[str, list[tuple[int, str, str]]]] = []
    for line in text.splitlines():
        if heading := re.match(r"\*\*(.+?)\*\*", line):
            columns.append((heading[1], []))
        elif hop := re.match(r"(\d+)\. `petard\.([\w.]+)`", line):
            module = hop[2].split(".")
            names: list[str] = []
            while not (ROOT / ("/".join(module) + ".py")).exists():
                names.insert(0, module.pop())
            columns[-1][1].append((int(hop[1]), ".".join(names), "/".join(module) + ".py"))
    return columns


def picture_of(page: str) -> str:
    """The drawing as SVG."""
    columns = columns_of(page)
    width = COLUMN * len(columns) + 20
    height = HEAD + ROW * max(len(hops) for _, hops in columns) + 20
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif">',
        f'<rect width="{width}" height="{height}" fill="#fffdf8"/>',
        '<defs><marker id="a" markerWidth="8" markerHeight="8" refX="6" refY="3" orient="auto">'
        '<path d="M0 0L6 3L0 6z" fill="#555"/></marker></defs>',
    ]
    for place, ((heading, hops), colour) in enumerate(zip(columns, COLOURS, strict=False)):
        left = 20 + place * COLUMN
        lines.append(
            f'<text x="{left}" y="34" font-size="15" font-weight="bold" fill="{colour}">{escape(heading)}</text>'
        )
        for row, (number, name, file) in enumerate(hops):
            top = HEAD + row * ROW
            lines += [
                f'<rect x="{left}" y="{top}" width="{BOX}" height="44" rx="8" fill="#fff" stroke="{colour}" '
                'stroke-width="2"/>',
                f'<text x="{left + 10}" y="{top + 19}" font-size="15" fill="#222">{number}. {escape(name)}</text>',
                f'<text x="{left + 10}" y="{top + 37}" font-size="12" fill="#666">{escape(file)}</text>',
            ]
            if row:
                lines.append(_arrow(left + 30, top - 14, left + 30, top - 2))
        if place and columns[place - 1][1]:
            bottom = HEAD + (len(columns[place - 1][1]) - 1) * ROW + 22
            lines.append(_arrow(left - COLUMN + BOX, bottom, left - 2, HEAD + 22))
    return "\n".join([*lines, "</svg>", ""])


def _arrow(x1: int, y1: int, x2: int, y2: int) -> str:
    return f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="#555" stroke-width="1.5" marker-end="url(#a)"/>'


def main() -> None:
    """Write the picture."""
    PICTURE.write_text(picture_of((ROOT / "ARCHITECTURE.md").read_text("utf-8")), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
