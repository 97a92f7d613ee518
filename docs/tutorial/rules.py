"""The rules of stages 6, 7 and 8: what a world is, and how it moves on by one tick. Server and client both run them."""

from typing import Any

TICK, SPEED, SIZE, BODY = 1 / 60, 3, (480, 360), 32  # seconds; pixels in a tick; pixels of the floor; of a square
LEFT, RIGHT, UP, DOWN = 1, 2, 4, 8  # one bit for each key
PLACES = [[60 + 120 * column, y] for y in (160, 260, 60) for column in range(4)]  # where players start
World = dict[str, Any]  # {"tick": 12, "players": {"Ada": [60, 160]}}


def new_world(*names: str) -> World:
    """Return a world at its beginning."""
    world: World = {"tick": 0, "players": {}}
    for name in names:
        add(world, name)
    return world


def add(world: World, name: str) -> None:
    """Put a new player on the first place that is free."""
    world["players"][name] = next((place for place in PLACES if is_free(world, name, place)), PLACES[0])


def step(world: World, keys: dict[str, int]) -> None:
    """Move a world on by one tick. Nothing else moves it, and equal keys always give equal worlds."""
    world["tick"] += 1
    for name in sorted(world["players"]):  # sorted: the order must be the same on each computer (see stage 8)
        walk(world, name, keys.get(name, 0))


def walk(world: World, name: str, held: int) -> None:
    """Move one player by the keys that are held. Walls and other players stop it."""
    x, y = world["players"][name]
    x += SPEED * (bool(held & RIGHT) - bool(held & LEFT))
    y += SPEED * (bool(held & DOWN) - bool(held & UP))
    there = [max(0, min(SIZE[0] - BODY, x)), max(0, min(SIZE[1] - BODY, y))]
    if is_free(world, name, there):
        world["players"][name] = there


def is_free(world: World, name: str, there: list[int]) -> bool:
    """Return whether no other player stands on a place."""
    others = [place for other, place in world["players"].items() if other != name]
    return all(abs(there[0] - x) >= BODY or abs(there[1] - y) >= BODY for x, y in others)
