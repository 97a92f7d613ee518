"""What everybody did, and who gets an award for it."""

from petard.game.view.tally import AWARDS, NAMES_MOST, Award, Deed, Deeds, Tally
from petard.shared.protocol.messages import Events, Phase, Results, Score, Setup
from petard.shared.rules.events import Event, EventType
from tests.ends import Ends
from tests.game.scenes import seats

WIDTH = 15
ADA, GRACE, LINUS = "Ada", "Grace", "Linus"


def tally_of(*events: Event, tick: int = 100) -> Tally:
    tally = Tally()
    tally.begin_round()
    tally.add_events(Events(tick, events), seats(4), WIDTH)
    return tally


def died(slot: int, by: int) -> Event:
    return Event(EventType.DIED, slot, 20, by)


def test_deaths_are_kills_own_bombs_or_walls() -> None:
    counts = tally_of(died(1, 0), died(2, 0), died(0, 0), died(3, -1)).match
    assert counts.count(ADA, Deed.KILLS) == 2
    assert counts.count(ADA, Deed.OWN_BOMB) == 1
    assert counts.count("Margaret", Deed.WALLS) == 1
    assert counts.count(GRACE, Deed.KILLS) == 0


def test_bricks_items_and_bombs_are_counted() -> None:
    events = [Event(what, 1, 20, 1) for what in (EventType.BRICK, EventType.BRICK, EventType.TAKEN, EventType.DROPPED)]
    counts = tally_of(*events).match
    assert [counts.count(GRACE, deed) for deed in (Deed.BRICKS, Deed.ITEMS, Deed.BOMBS)] == [2, 1, 1]


def test_the_longest_chain_is_that_of_the_player_whose_bomb_began_it() -> None:
    tally = Tally()
    tally.begin_round()
    for tick, slot in enumerate((0, 1, 2, 1)):
        tally.add_events(Events(tick, (Event(EventType.BLAST, slot, 20 + tick, 3),)), seats(4), WIDTH)
    tally.add_events(Events(90, (Event(EventType.BLAST, 0, 20, 3),)), seats(4), WIDTH)
    assert tally.match.count(ADA, Deed.CHAIN) == 4
    assert tally.match.count(GRACE, Deed.CHAIN) == 0


def test_an_award_goes_to_the_one_who_did_the_most_and_to_nobody_if_two_did() -> None:
    deeds = Deeds()
    deeds.add(ADA, Deed.KILLS, 3)
    deeds.add(GRACE, Deed.KILLS, 2)
    deeds.add(ADA, Deed.BRICKS, 20)
    deeds.add(GRACE, Deed.BRICKS, 20)
    assert deeds.awards() == [Award(Deed.KILLS, ADA, 3)]


def test_nobody_gets_a_second_award_before_others_have_one() -> None:
    deeds = Deeds()
    for deed in (Deed.KILLS, Deed.CHAIN, Deed.CLOSE, Deed.BRICKS):
        deeds.add(ADA, deed, 9)
    deeds.add(LINUS, Deed.OWN_BOMB)
    assert [(award.deed, award.name) for award in deeds.awards(3)] == [
        (Deed.KILLS, ADA),
        (Deed.OWN_BOMB, LINUS),
        (Deed.CHAIN, ADA),
    ]


def test_little_is_worth_no_award() -> None:
    deeds = Deeds()
    for deed, least in AWARDS.items():
        deeds.add(ADA, deed, least - 1)
    assert deeds.awards() == []


def results(number: int, winner: int, champion: int | None = None) -> Results:
    return Results(number, winner, (Score(winner, 1),), champion is not None, -1 if champion is None else champion, 300)


def test_a_new_match_begins_its_own_counts_and_the_evening_goes_on() -> None:
    tally = tally_of(died(1, 0))
    tally.add_results(results(1, 0), seats(4))
    tally.begin_round()
    tally.add_events(Events(9, (died(1, 0),)), seats(4), WIDTH)
    tally.add_results(results(2, 0, 0), seats(4))
    tally.add_results(results(2, 0, 0), seats(4))  # a server may send them again, to who rejoins
    assert (tally.match.count(ADA, Deed.KILLS), tally.champion) == (2, ADA)
    tally.begin_round()
    assert tally.match.count(ADA, Deed.KILLS) == 0
    assert tally.evening.count(ADA, Deed.KILLS) == 2
    assert [(name, counts[Deed.MATCHES], counts[Deed.ROUNDS]) for name, counts in tally.evening.table()] == [
        (ADA, 1, 2)
    ]


def test_a_crowd_of_names_stays_bounded() -> None:
    deeds = Deeds()
    for number in range(NAMES_MOST + 50):
        deeds.add(f"P{number}", Deed.KILLS)
    assert len(deeds.of) == NAMES_MOST


def test_a_real_match_is_counted_by_its_client() -> None:
    ends = Ends(Setup("small", "duel", 1, 3, 2))
    session = ends.join(1)
    ends.start()
    ends.tick_until(Phase.RESULTS)
    tally = session.room.tally
    dead = sum(
        tally.match.count(name, deed) for name in tally.match.of for deed in (Deed.KILLS, Deed.OWN_BOMB, Deed.WALLS)
    )
    assert dead >= 3 - 1
    assert session.room.results is not None
    names = {seat.slot: seat.name for seat in session.room.seats}
    assert tally.champion == names.get(session.room.results.champion, "")


def test_players_here_are_among_the_best_with_nothing_at_all() -> None:
    deeds = Deeds()
    assert deeds.best(4, ["Ada"]) == [], "nobody has won anything"
    for name, wins in (("Bo", 3), ("Cy", 2), ("Di", 2), ("Ed", 1)):
        deeds.add(name, Deed.ROUNDS, wins)
    assert [(name, counts[Deed.ROUNDS]) for name, counts in deeds.best(4, ["Ada"])] == [
        ("Bo", 3),
        ("Cy", 2),
        ("Di", 2),
        ("Ada", 0),
    ]
    assert [name for name, _ in deeds.best(4, ["Ed"])] == ["Bo", "Cy", "Di", "Ed"]
    assert [name for name, _ in deeds.best(2, ["Ada", "Ed", "Fay"])] == ["Ed", "Ada", "Fay"]
