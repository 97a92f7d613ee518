"""What people ask to wear when they come in, and when all of them come in again at once."""

from petard.game.client.lobby_entry import COLOURS, SETTLED, LookChoice, LookRequests
from petard.shared.protocol.messages import Look, Seat


def seat(slot: int, worn: LookChoice, member: int | None = None) -> Seat:
    return Seat(slot, slot + 1 if member is None else member, f"P{slot}", *worn, False, False, 0, 0)


RED, BLUE, GREEN = LookChoice(0, 0), LookChoice(1, 1), LookChoice(3, 3)


def test_the_look_is_asked_for_once() -> None:
    wardrobe = LookRequests([GREEN])
    seats = [seat(0, RED), seat(1, BLUE, member=0)]
    assert wardrobe.requests(seats, [0], 1.0) == [Look(0, *GREEN)]
    assert wardrobe.requests(seats, [0], 1.1) == []


def test_in_a_colour_of_somebody_else_only_the_character_is_asked_for() -> None:
    seats = [seat(0, RED), seat(1, BLUE)]
    assert LookRequests([LookChoice(1, 4)]).requests(seats, [0], 1.0) == [Look(0, 0, 4)]


def test_each_player_here_is_dressed_as_before() -> None:
    seats = [seat(0, RED), seat(1, BLUE)]
    wishes = LookRequests([GREEN, LookChoice(5, 5)], again=True).requests(seats, [0, 1], 1.0)
    assert wishes == [Look(0, *GREEN), Look(1, 5, 5)]


def test_two_who_got_each_others_colours_have_their_own_again() -> None:
    worn, now = {0: RED, 1: BLUE}, 1.0
    wardrobes = {0: LookRequests([BLUE], again=True), 1: LookRequests([RED], again=True)}
    for _ in range(4):
        now += 0.1
        seats = [seat(slot, worn[slot]) for slot in worn]  # what both were told before either has asked
        for slot, wardrobe in wardrobes.items():
            for look in wardrobe.requests(seats, [slot], now):
                if all(other.colour != look.colour for there, other in worn.items() if there != slot):
                    worn[slot] = LookChoice(look.colour, look.character)
    assert worn == {0: BLUE, 1: RED}


def test_a_choice_by_hand_stays_and_a_colour_that_is_free_much_later_is_not_taken() -> None:
    by_hand = LookRequests([BLUE], again=True)
    assert by_hand.requests([seat(0, RED), seat(1, BLUE)], [0], 1.0)
    assert by_hand.requests([seat(0, GREEN)], [0], 1.5) == []
    assert by_hand.requests([seat(0, RED)], [0], 2.0) == []
    late = LookRequests([BLUE], again=True)
    aside = late.requests([seat(0, RED), seat(1, BLUE)], [0], 1.0)[0]
    there = LookChoice(aside.colour, aside.character)
    assert late.requests([seat(0, there), seat(1, BLUE)], [0], 1.0 + SETTLED) == []
    assert late.requests([seat(0, there)], [0], 2.0 + SETTLED) == []


def test_who_only_watched_leaves_their_colours_to_those_who_played_and_then_has_its_own() -> None:
    worn, now = {0: RED, 1: BLUE}, 1.0
    wardrobes = {0: LookRequests([RED], gives_way=True), 1: LookRequests([RED], again=True)}
    while now < SETTLED + 2:
        now += 0.1
        seats = [seat(slot, worn[slot]) for slot in worn]
        for slot, wardrobe in wardrobes.items():
            for look in wardrobe.requests(seats, [slot], now):
                if all(other.colour != look.colour for there, other in worn.items() if there != slot):
                    worn[slot] = LookChoice(look.colour, look.character)
    assert worn == {0: LookChoice(COLOURS - 1, RED.character), 1: RED}
    free = LookRequests([GREEN], gives_way=True)
    assert free.requests([seat(0, RED)], [0], 1.0) == [Look(0, COLOURS - 1, RED.character)]
    assert free.requests([seat(0, LookChoice(COLOURS - 1, 0))], [0], 1.0 + SETTLED) == [Look(0, *GREEN)]
    assert free.is_settled
