"""Which part of the board is seen."""

from itertools import pairwise

from petard.game.ui.render.camera import Aim, Camera
from petard.game.ui.render.play_layout import ASIDE, FOLLOW_UNDER

FIELD = (1280, 656)


def aimed(board: tuple[int, int], target: tuple[float, float] | None, scale: float = 1.0) -> Aim:
    field = round(FIELD[0] * scale), round(FIELD[1] * scale)
    return Camera().aim(board, field, scale, target, ASIDE * scale if target else 0.0, 0.0)


def test_a_small_board_is_whole_and_centred() -> None:
    aim = aimed((15, 13), (1.5, 1.5))
    assert aim.side == 50
    assert aim.left == (1280 - 15 * 50) // 2
    assert 0 <= aim.top < 10


def test_a_tiny_board_does_not_get_giant_tiles() -> None:
    assert aimed((5, 5), (1.5, 1.5)).side == 72


def test_a_large_board_follows_and_never_shows_beyond_its_edge() -> None:
    for target in ((1.5, 1.5), (20.0, 15.0), (39.5, 29.5)):
        aim = aimed((41, 31), target)
        assert aim.side > FOLLOW_UNDER
        assert aim.left <= ASIDE
        assert aim.left + 41 * aim.side - 1280 >= 0
        assert aim.top <= 0 <= aim.top + 31 * aim.side - 656
        assert 0 <= aim.left + target[0] * aim.side <= 1280
        assert 0 <= aim.top + target[1] * aim.side <= 656


def test_spectators_see_all_of_a_large_board() -> None:
    aim = aimed((41, 31), None)
    assert aim.side * 31 <= 656
    assert aim.left >= 0


def test_the_picture_is_the_same_at_another_scale() -> None:
    small, large = aimed((41, 31), (20.0, 15.0)), aimed((41, 31), (20.0, 15.0), 2.0)
    assert large == Aim(small.side * 2, small.left * 2, small.top * 2)


def test_the_camera_moves_softly_and_arrives() -> None:
    camera = Camera()
    lefts = []
    for picture in range(120):
        target = (20.0, 15.0) if picture == 0 else (28.0, 15.0)
        lefts.append(camera.aim((60, 31), FIELD, 1.0, target, ASIDE, picture / 60).left)
    steps = [one - other for one, other in pairwise(lefts)]
    assert max(steps) < 60
    assert abs(lefts[-1] - (640 - 28 * 46)) <= 1


def test_the_plate_of_the_player_covers_no_tile_that_can_be_entered() -> None:
    for board in ((15, 13), (25, 17), (35, 20), (41, 31), (64, 64)):
        aim = aimed(board, (1.5, board[1] - 1.5))
        assert aim.left + aim.side >= ASIDE - 4
