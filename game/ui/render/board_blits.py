"""From Sprites to pictures at places: for the board, and for the inset that shows a part of it once more."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from petard.assets.palette import PLAYER_COLOURS
from petard.game.ui.render.board_pictures import FontOf, body, bomb, crate, fuse, ground_ring
from petard.game.ui.render.camera import Aim
from petard.game.ui.render.player_looks import FigureSprite
from petard.game.ui.render.player_marks import FEET
from petard.game.ui.render.sprite_cache import Blit, SpriteCache, centred
from petard.game.view.sprites import Sprite


def floor_blits(
    cache: SpriteCache, sprites: Iterable[Sprite], aim: Aim, letters: Mapping[int, str], font: FontOf
) -> Iterator[Blit]:
    """Yield what lies flat. `letters`: those of items that this version does not know, by their number."""
    for one in sprites:
        if one.name == "crate":
            picture = cache.find(crate, letters.get(one.cell, "?"), font)
        else:
            picture = cache.image(one.name, one.turn, one.alpha)
        yield centred(picture, one.x, one.y, aim)


def upper_blits(
    cache: SpriteCache,
    sprites: Iterable[Sprite],
    figures: Mapping[int, FigureSprite],
    aim: Aim,
    mine: Collection[int],
) -> Iterator[Blit]:
    """Yield what stands; below the bodies of the slots in `mine` lies a ring."""
    find = cache.find
    for sprite in sprites:
        x, y, name = sprite.x, sprite.y, sprite.name
        figure = figures.get(sprite.slot) or FigureSprite(sprite.slot, sprite.slot, sprite.slot)
        if name == "body":
            if sprite.slot in mine and not sprite.turn:
                ring = find(ground_ring, PLAYER_COLOURS[figure.colour % len(PLAYER_COLOURS)])
                yield centred(ring, x, y + FEET - 0.08, aim)
            picture, (left, top) = centred(find(body, figure, sprite.cell, sprite.turn, sprite.alpha), x, y, aim)
            if not sprite.turn:  # the soles stand on the tile
                top = aim.top + round((y + FEET) * aim.side) - picture.get_height()
            yield picture, (left, top)
        elif name == "bomb":
            yield centred(find(bomb, figure, sprite.cell), x, y, aim)
        elif name == "fuse":
            yield centred(find(fuse, sprite.cell), x, y, aim)
        else:
            yield centred(cache.image(name, sprite.turn, sprite.alpha), x, y, aim)
