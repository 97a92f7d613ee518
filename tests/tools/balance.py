"""How rounds between bots end: draws, length, deaths by the own bomb, the share of each spawn, and what bots cost.

Run: python -m tests.tools.balance [--quick | --rounds N] [--write]

Rule 1: every round has a seed, so the figures are the same on every machine; only the costs are measured by the clock.
Rule 2: shares and medians come with their 95 % intervals. A target is missed when the figure is beyond it; with
`--quick`, when the whole interval is.
Rule 3: `--write` puts the tables into docs/balance.md, with a list of the targets that are missed; the page says why,
and a test compares. 200 rounds for each row take an hour of one core; `--quick` takes less than a minute of two.
Rule 4: in a round of two sides, bots of one skill are friends; the side of the last survivor wins.

The exit status is 1 if a target was missed.
"""

import argparse
import re
import sys
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from petard.shared.bots.traits import SKILL_NAMES
from petard.shared.rules.ruleset import PRESETS, TICK_RATE
from petard.shared.rules.tie_break import WinReason
from tests.tools.bot_costs import measure
from tests.tools.bot_rounds import Round, board_of, play
from tests.tools.intervals import Median, Share, median_of

PAGE = Path(__file__).parents[2] / "docs" / "balance.md"
DRAWS_MOST = 0.03
OWN_MOST = (0.15, 0.15, 0.10, 0.05)  # of all deaths, by skill
OTHERS_LEAST = {"last-one-standing": 0.50, "classic-course": 0.30}  # of all deaths, with four
BETTER_LEAST = 0.65  # of the rounds of two sides
LENGTH = (50.0, 68.0)  # seconds: the median of a round with four; between them the walls rest (a test compares)
QUICK_ROUNDS = 4
SPAWN_ROUNDS = 5  # times as many rounds as the other rows
SPAWN_MOST = 0.30  # of the decided rounds: the lower end of the interval
COST_MOST = 8.0  # thinking of 64 bots against one step of the rules for 64 players: about 25 µs for each bot


@dataclass(frozen=True, slots=True)
class Pairing:
    """One row: a board, a preset of the rules, and the skills of the bots."""

    board: str
    rules: str
    skills: tuple[int, ...]
    rounds: int

    @property
    def bots(self) -> str:
        """The number of bots of each skill."""
        each = Counter(self.skills)
        return " against ".join(f"{count} {SKILL_NAMES[skill]}" for skill, count in each.items())


FOUR = ("classic", "last-one-standing", (2,) * 4)  # in these rounds the spawns are counted


def pairings(rounds: int) -> list[Pairing]:
    """All rows of the table, each with its number of rounds."""
    rows = [("classic", "last-one-standing", (skill,) * bots) for bots in (2, 4, 8) for skill in range(4)]
    rows += [("grand", "last-one-standing", (2,) * 16), ("battle", "last-one-standing", (2,) * 64)]
    rows += [("classic", rules, (2,) * bots) for rules in ("duel", "classic-course") for bots in (2, 4)]
    return [Pairing(*row, rounds if len(row[2]) < 16 else max(1, rounds // 4)) for row in rows]


def sides(rounds: int) -> list[Pairing]:
    """The rows of the second table: two sides, the better one first."""
    return [
        Pairing("classic", "last-one-standing", (better, better, better - 1, better - 1), rounds)
        for better in (3, 2, 1)
    ]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The results of the rounds of one row."""

    pairing: Pairing
    draws: Share
    seconds: Median
    own: Share  # deaths by the own bomb
    walls: Share  # deaths by a wall
    others: Share  # deaths by the bomb of another player
    outlived: Share  # rounds whose winner outlived all others; the rest is decided by the tie rules, or drawn

    def row(self) -> str:
        """The row of the table."""
        at = self.pairing
        return (
            f"| `{at.board}` | {at.rules} | {at.bots} | {at.rounds} | {self.draws} | {self.seconds} | {self.own} "
            f"| {self.walls} | {self.others} | {self.outlived} |"
        )

    def misses(self, whole: bool) -> list[str]:
        """The targets that were missed.

        `whole`: judge by the figure; otherwise a target is missed only if the whole interval is beyond it.
        """
        high = [("draws", self.draws, DRAWS_MOST)]
        if self.pairing.rules == "last-one-standing":
            high.append(("deaths by the own bomb", self.own, OWN_MOST[self.pairing.skills[0]]))
        missed = [what for what, share, most in high if (share.value if whole else share.interval[0]) > most]
        least = OTHERS_LEAST.get(self.pairing.rules, 0) if len(self.pairing.skills) == 4 else 0
        if (self.others.value if whole else self.others.interval[1]) < least:
            missed.append("deaths by others")
        if len(self.pairing.skills) == 4 and self.pairing.rules == "last-one-standing":
            shortest, longest = (self.seconds.value,) * 2 if whole else self.seconds.interval
            if longest < LENGTH[0] or shortest > LENGTH[1]:
                missed.append("length")
        return [f"{self.pairing.board}, {self.pairing.rules}, {self.pairing.bots}: {what}" for what in missed]


def outcome_of(pairing: Pairing, rounds: Sequence[Round]) -> Outcome:
    """Count the rounds of one row."""
    deaths = [(slot, killer) for played in rounds for slot, killer in played.deaths.items()]
    own, walls = sum(slot == killer for slot, killer in deaths), sum(killer < 0 for _, killer in deaths)
    countdown = PRESETS[pairing.rules].countdown
    return Outcome(
        pairing,
        Share(sum(played.winner < 0 for played in rounds), len(rounds)),
        median_of((played.ticks - countdown) / TICK_RATE for played in rounds),
        Share(own, len(deaths)),
        Share(walls, len(deaths)),
        Share(len(deaths) - own - walls, len(deaths)),
        Share(sum(played.reason is WinReason.LAST_STANDING for played in rounds), len(rounds)),
    )


def play_seed(pairing: Pairing, seed: int) -> Round:
    """One round of a row."""
    return play(board_of(pairing.board), pairing.skills, seed, PRESETS[pairing.rules])


def play_all(pool: ProcessPoolExecutor, pairing: Pairing) -> list[Round]:
    """All rounds of a row, on every core."""
    return list(pool.map(play_seed, [pairing] * pairing.rounds, range(pairing.rounds), chunksize=4))


def play_sides(pairing: Pairing, seed: int) -> int:
    """Return the skill of the side that wins; every other round, the sides have each other's slots."""
    skills = pairing.skills if seed % 2 else pairing.skills[::-1]
    played = play(board_of(pairing.board), skills, seed, PRESETS[pairing.rules], sides=True)
    last = played.left[0] if played.left else played.winner
    return skills[last] if last >= 0 else -1


def better_share(pool: ProcessPoolExecutor, pairing: Pairing) -> Share:
    """How many of the rounds the better side wins."""
    won = list(pool.map(play_sides, [pairing] * pairing.rounds, range(pairing.rounds), chunksize=4))
    return Share(won.count(pairing.skills[0]), len(won))


def spawn_shares(rounds: Sequence[Round]) -> dict[int, Share]:
    """How many of the decided rounds were won from each spawn, by its tile."""
    wins = Counter(played.spawns[played.winner] for played in rounds if played.winner >= 0)
    return {tile: Share(wins[tile], wins.total()) for tile in sorted(rounds[0].spawns.values())}


def costs(seconds: int) -> dict[str, float]:
    """For each level: the time that 64 bots think, divided by the time of one step, over the start of a round."""
    found = {}
    for skill, name in enumerate(SKILL_NAMES):
        cost = measure("battle", 64, skill, seconds)
        found[name] = cost.think / cost.step
    return found


def report(rounds: int, quick: bool) -> tuple[list[str], list[str]]:
    """The lines of the tables, of so many rounds for each row, and the targets that were missed.

    `quick`: a target is missed only if the whole interval is beyond it.
    """
    with ProcessPoolExecutor() as pool:
        fair = play_all(pool, Pairing(*FOUR, rounds * SPAWN_ROUNDS))
        tables = [rounds_table(pool, rounds, fair, quick), sides_table(pool, rounds * (1 + quick), quick)]
        tables += [spawns_table(fair), costs_table(2 if quick else 30)]
    missed = [miss for _, some in tables for miss in some]
    listed = ["| target missed |", "|---|", *(f"| {miss} |" for miss in missed)] if missed else ["Every target is met."]
    lines = [line for table in (*(table for table, _ in tables), listed) for line in ("", *table)]
    return lines[1:], missed


def rounds_table(
    pool: ProcessPoolExecutor, rounds: int, fair: Sequence[Round], quick: bool
) -> tuple[list[str], list[str]]:
    """The table of all pairings, and the targets that were missed. `fair`: the rounds of FOUR, or more of them."""
    lines = [
        "| board | rules | bots | rounds | draws | median, s | own bomb | walls | others | last alive |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    missed: list[str] = []
    for pairing in pairings(rounds):
        is_played = (pairing.board, pairing.rules, pairing.skills) == FOUR
        outcome = outcome_of(pairing, fair[:rounds] if is_played else play_all(pool, pairing))
        lines.append(outcome.row())
        missed += outcome.misses(not quick)
        sys.stderr.write(f"{lines[-1]}\n")
    return lines, missed


def sides_table(pool: ProcessPoolExecutor, rounds: int, quick: bool) -> tuple[list[str], list[str]]:
    """The table of rounds of two sides, and the targets that were missed."""
    shares = {pairing.bots: better_share(pool, pairing) for pairing in sides(rounds)}
    missed = [
        f"{bots}: the better side wins too seldom"
        for bots, share in shares.items()
        if (share.interval[1] if quick else share.value) < BETTER_LEAST
    ]
    rows = [f"| {bots} | {share.total} | {share} |" for bots, share in shares.items()]
    return ["| two sides | rounds | better side wins |", "|---|---|---|", *rows], missed


def spawns_table(rounds: Sequence[Round]) -> tuple[list[str], list[str]]:
    """The table of the spawns, and those that win too often."""
    shares = spawn_shares(rounds)
    missed = [f"spawn {tile} wins too often" for tile, share in shares.items() if share.interval[0] > SPAWN_MOST]
    rows = [f"| {tile} | {share.total} | {share} |" for tile, share in shares.items()]
    return ["| spawn (tile) | decided rounds | won from it |", "|---|---|---|", *rows], missed


def costs_table(seconds: int) -> tuple[list[str], list[str]]:
    """The table of what thinking costs over the first seconds of a round, and the levels that think too long."""
    ratios = costs(seconds)
    missed = [f"64 {name} bots think too long" for name, ratio in ratios.items() if ratio > COST_MOST]
    rows = [f"| {name} | {ratio:.1f} |" for name, ratio in ratios.items()]
    return ["| 64 bots | thinking / one step |", "|---|---|", *rows], missed


def filled(page: str, lines: Sequence[str]) -> str:
    """The page with these lines between its marks."""
    table = "\n".join(lines)
    return re.sub(r"(<!-- table: balance -->\n).*?(<!-- end -->)", rf"\g<1>{table}\n\g<2>", page, flags=re.DOTALL)


def main() -> int:
    """Play, print, and return the exit status."""
    parser = argparse.ArgumentParser(description="Measures how rounds between bots end.")
    parser.add_argument("--quick", action="store_true", help="a few rounds of each row, judged by whole intervals")
    parser.add_argument("--rounds", type=int, default=200, help="of each row; of large boards a quarter (default: 200)")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/balance.md")
    options = parser.parse_args()
    if options.rounds < 1:
        parser.error("--rounds must be at least 1")
    lines, missed = report(QUICK_ROUNDS if options.quick else options.rounds, options.quick)
    sys.stdout.write("\n".join(lines) + "\n")
    if options.write:
        PAGE.write_text(filled(PAGE.read_text("utf-8"), lines), encoding="utf-8", newline="\n")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
