"""Whom the server offers a copy, and whose standbys it keeps: by simulated seconds."""

from petard.server.policy.standby_choice import ANSWER_WITHIN, COPY_WITHIN, MemberPlace, StandbyChoice


def far(member: int, ping: int = 10) -> MemberPlace:
    """A member at a computer of its own."""
    return MemberPlace(member, ping, f"10.0.0.{member}", is_local=False)


def near(member: int) -> MemberPlace:
    """A member at the server's own computer."""
    return MemberPlace(member, 0, "127.0.0.1", is_local=True)


def choice(*places: MemberPlace) -> StandbyChoice:
    made = StandbyChoice()
    made.see(places)
    return made


def keep(made: StandbyChoice, *members: int, now: float = 1.0) -> None:
    """Let standbys have whole copies, one after the other."""
    for member in members:
        made.answer(member, keeps=True, now=now)
        now += 0.1
        made.note_copy(member, is_whole=True, now=now)


def test_the_two_with_the_shortest_pings_are_asked() -> None:
    assert choice(far(1, 40), far(2, 5), far(3, 20), far(4, 90)).to_offer(0.0) == [2, 3]


def test_a_ping_that_varies_is_worse_than_a_longer_one_that_does_not() -> None:
    made = choice(far(1), far(2), far(3))
    for ping in (5, 60, 5, 60):
        made.see([far(1, ping), far(2, 40), far(3, 41)])
    assert made.to_offer(0.0) == [2, 3]


def test_a_room_of_one_needs_no_standby() -> None:
    assert choice(far(1)).to_offer(0.0) == []


def test_the_servers_own_computer_is_only_asked_where_there_is_no_other() -> None:
    assert choice(near(1), near(2), far(3)).to_offer(0.0) == [3]
    assert choice(near(1), near(2)).to_offer(0.0) == [1, 2]


def test_two_at_one_address_are_the_last_choice() -> None:
    made = choice(far(1, 5), MemberPlace(2, 6, "10.0.0.1", is_local=False), far(3, 50))
    assert made.to_offer(0.0) == [1, 3]


def test_who_refuses_is_not_asked_again_and_the_next_one_is() -> None:
    made = choice(far(1), far(2), far(3))
    assert made.to_offer(0.0) == [1, 2]
    made.answer(1, keeps=False, now=1.0)
    assert made.to_offer(1.0) == [3]
    made.answer(3, keeps=False, now=1.0)
    assert made.to_offer(2.0) == []


def test_who_does_not_answer_does_not_keep_another_from_being_asked() -> None:
    made = choice(far(1), far(2), far(3))
    made.to_offer(0.0)
    assert made.to_offer(ANSWER_WITHIN - 0.1) == []
    assert made.to_offer(ANSWER_WITHIN + 0.1) == [3]


def test_a_standby_that_never_gets_its_copy_makes_way() -> None:
    made = choice(far(1), far(2), far(3))
    made.to_offer(0.0)
    made.answer(1, keeps=True, now=1.0)
    keep(made, 2)
    assert made.to_offer(1.0 + COPY_WITHIN + 0.1) == [3]


def test_standbys_stand_in_the_order_in_which_they_had_a_copy_and_stay() -> None:
    made = choice(far(1), far(2), far(3))
    made.to_offer(0.0)
    keep(made, 2, 1)
    assert made.kept() == [2, 1]
    made.see([far(1, 500), far(2, 500), far(3, 1)])
    assert made.to_offer(9.0) == []
    assert made.kept() == [2, 1]


def test_a_standby_whose_member_is_gone_is_replaced() -> None:
    made = choice(far(1), far(2), far(3))
    made.to_offer(0.0)
    keep(made, 1, 2)
    assert made.see([far(2), far(3)]) == [1]
    assert made.kept() == [2]
    assert made.to_offer(5.0) == [3]


def test_a_standby_at_the_servers_computer_makes_way_for_two_elsewhere() -> None:
    made = choice(near(1), near(2))
    made.to_offer(0.0)
    keep(made, 1, 2)
    made.see([near(1), near(2), far(3), far(4)])
    assert made.to_offer(3.0) == [3, 4]
    keep(made, 3, 4, now=4.0)
    assert made.kept() == [3, 4]
    assert made.to_withdraw() == [1, 2]
