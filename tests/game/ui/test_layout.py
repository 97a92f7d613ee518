"""Boxes that are laid out in rows and columns: inside their space, apart from each other, all of the right size."""

from itertools import pairwise

import pytest

from petard.game.ui.layout import Box, centre, column, is_inside, row


@pytest.mark.parametrize(
    ("boxes", "axis"),
    [(column((10, 20, 100, 30), 5, 4), 1), (row(10, 20, 30, (100, 40, 60, 5, 7), 4), 0)],
)
def test_boxes_follow_each_other_with_the_gap_between_them(boxes: list[Box], axis: int) -> None:
    for before, after in pairwise(boxes):
        assert after[axis] - (before[axis] + before[axis + 2]) == 4
        assert after[1 - axis] == before[1 - axis]
    assert [sum(is_inside(box, centre(other)) for other in boxes) for box in boxes] == [1] * 5


def test_a_box_has_its_left_and_upper_edge_but_not_the_others() -> None:
    box = (10.0, 20.0, 5.0, 5.0)
    assert is_inside(box, (10, 20))
    assert not is_inside(box, (15, 20))
    assert not is_inside(box, (10, 25))
    assert not is_inside(box, None)
