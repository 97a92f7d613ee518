"""Every picture is there, has its size, fits its neighbours, and is what the script draws today."""

import platform
import sys
from functools import cache
from itertools import combinations

import pygame
import pytest

from petard.assets import path
from petard.assets.palette import CHARACTERS
from petard.assets.source.make_sprites import PICTURES
from petard.shared.rules.floors import THEMES

CELL = (96, 120)
SIZES: dict[str, tuple[int, int]] = {
    **dict.fromkeys(("floor-0", "floor-1", "wall", "brick", "shadow"), (96, 96)),
    **{f"brick-break-{k}": (96, 96) for k in range(4)},
    **{f"bomb-{k}": (96, 96) for k in range(4)},
    **{f"flame-{part}-{k}": (96, 96) for part in ("centre", "middle", "end") for k in range(3)},
    **{f"item-{kind}": (96, 96) for kind in ("bomb", "flame", "skate", "kick", "shield", "fruit")},
    **{f"item-{kind}": (96, 96) for kind in ("full_flame", "pierce", "remote", "punch", "glove", "disease")},
    **dict.fromkeys(("spikes", "landing", "bomb-shade", "cart"), (96, 96)),
    **dict.fromkeys(("ill-0", "ill-1"), (132, 132)),
    **{f"puff-{k}": (96, 96) for k in range(3)},
    **{f"{name}-{layer}": (4 * 96, 4 * 120) for name in CHARACTERS for layer in ("body", "face")},
    **dict.fromkeys(("star", "crown", "heart", "skull", "icon"), (64, 64)),
    "bubble": (120, 120),
    "spark": (32, 32),
    "logo": (960, 320),
    "backdrop": (1280, 720),
    "stage": (1280, 720),
    **{f"{theme}-ground": (640, 360) for theme in THEMES[1:]},
    **{f"{theme}-{name}": (96, 96) for theme in THEMES[1:] for name in ("wall", "brick", "floor-0", "floor-1")},
    **{f"{theme}-brick-break-{k}": (96, 96) for theme in THEMES[1:] for k in range(4)},
    **dict.fromkeys(("sign-arrow", "sign-door", "sign-pit", "sign-unknown", "garden-sign-pit"), (96, 96)),
    **{f"sign-belt-{k}": (96, 96) for k in range(4)},
    **{f"sign-teleport-{k}": (96, 96) for k in range(1, 5)},
    **dict.fromkeys(("snow-sign-pit", "sign-ice"), (96, 96)),
    **{f"sign-{name}": (96, 96) for name in ("switch-off", "switch-on", "gate-shut", "gate-open")},
}


@cache
def seen(name: str) -> pygame.Surface:
    """The committed picture."""
    return pygame.image.load(path("sprites", f"{name}.png"))


def figure(name: str, column: int, row: int) -> pygame.Surface:
    """One cell of a character, body and face."""
    cell = pygame.Rect(column * CELL[0], row * CELL[1], *CELL)
    whole = seen(f"{name}-body").subsurface(cell).copy()
    whole.blit(seen(f"{name}-face").subsurface(cell), (0, 0))
    return whole


def outline(name: str) -> pygame.mask.Mask:
    """What of a character can be made out from afar: where it is at all, seen from the front."""
    return pygame.mask.from_surface(figure(name, 0, 0), 128)


def pixels(picture: pygame.Surface) -> bytes:
    """Four bytes a pixel."""
    return pygame.image.tobytes(picture, "RGBA")


def test_the_list_of_pictures_is_complete() -> None:
    assert sorted(PICTURES) == sorted(SIZES)
    assert sorted(file.stem for file in path("sprites").glob("*.png")) == sorted(SIZES)


@pytest.mark.parametrize("name", SIZES)
def test_a_picture_has_its_size(name: str) -> None:
    assert seen(name).get_size() == SIZES[name]


@pytest.mark.parametrize("name", ["wall", "bomb-3", "flame-end-1", "item-skate", "puff-1", "frog-body", "fox-face"])
def test_drawing_a_picture_again_gives_the_same_pixels(name: str) -> None:
    again, committed = pixels(PICTURES[name]()), pixels(seen(name))
    furthest = max(abs(one - other) for one, other in zip(again, committed, strict=True))
    # Exact where the pictures were drawn. Elsewhere the scaler rounds otherwise, and another pygame may fill one
    # more of the sixteen fine pixels of an edge.
    at_home = pygame.version.ver == "2.6.1" and sys.platform == "linux" and platform.machine() == "x86_64"
    assert furthest <= (0 if at_home else 40)


def test_flames_join_without_a_seam() -> None:
    def side(name: str, right: bool) -> bytes:
        return pixels(seen(name).subsurface((95 if right else 0, 0, 1, 96)))

    reference = side("flame-middle-0", right=False)
    for frame in range(3):
        sides = [side(f"flame-{part}-{frame}", False) for part in ("centre", "middle", "end")]
        sides += [side(f"flame-{part}-{frame}", True) for part in ("centre", "middle")]
        for other in sides:
            assert max(abs(a - b) for a, b in zip(reference, other, strict=True)) <= 32


def test_the_centre_of_a_flame_is_the_same_seen_from_all_sides() -> None:
    centre = seen("flame-centre-0")
    for side in ((0, 0, 96, 1), (0, 95, 96, 1)):
        turned = pygame.transform.rotate(centre.subsurface(side), -90)
        straight = centre.subsurface((0, 0, 1, 96))
        assert max(abs(a - b) for a, b in zip(pixels(turned), pixels(straight), strict=True)) <= 32


@pytest.mark.parametrize("name", CHARACTERS)
def test_no_figure_is_cut_by_its_cell(name: str) -> None:
    for row in range(4):
        for column in range(4):
            box = figure(name, column, row).get_bounding_rect(min_alpha=40)
            assert box.left > 0, (row, column)
            assert box.right < 96, (row, column)
            assert box.top > 0, (row, column)
            assert 112 <= box.bottom < 120, (row, column)


@pytest.mark.parametrize("name", CHARACTERS)
def test_each_step_of_a_walk_looks_different(name: str) -> None:
    for row in range(4):
        frames = {pixels(figure(name, column, row)) for column in range(4)}
        assert len(frames) == 4


def test_characters_differ_in_outline() -> None:
    for one, other in combinations(CHARACTERS, 2):
        a, b = outline(one), outline(other)
        both = a.overlap_area(b, (0, 0))
        assert both / (a.count() + b.count() - both) < 0.88, (one, other)


@pytest.mark.parametrize("name", CHARACTERS)
def test_a_body_is_grey_so_that_it_takes_any_colour(name: str) -> None:
    body = pixels(seen(f"{name}-body"))
    seen_pixels = (body[k : k + 3] for k in range(0, len(body), 4) if body[k + 3] > 0)
    assert max(max(pixel) - min(pixel) for pixel in seen_pixels) <= 20


def test_each_picture_of_the_bombs_pulse_is_larger_than_the_last() -> None:
    areas = [pygame.mask.from_surface(seen(f"bomb-{k}"), 200).count() for k in range(4)]
    assert areas == sorted(set(areas))


def test_clear_pixels_keep_the_colour_of_the_rim() -> None:
    """Else the painter, which scales pictures down, would mix a foreign colour into every edge."""
    for name, rim in (("heart", (30, 26, 46)), ("flame-end-0", (222, 56, 30)), ("crown", (30, 26, 46))):
        data = pixels(seen(name))
        clear = {tuple(data[k : k + 3]) for k in range(0, len(data), 4) if data[k + 3] == 0}
        assert clear == {rim}, name
