"""A player for Petard in plain Python, written from PROTOCOL.md: python bot.py [HOST [PORT [NAME]]]"""

import random
import select
import socket
import sys
import time

HELLO, READY, LOADED, INPUT, PING, PONG, BYE = 1, 5, 7, 8, 16, 17, 18
WELCOME, REFUSED, ROSTER, LOBBY, ROUND, KEYFRAME, DELTA = 32, 33, 34, 35, 36, 37, 38
BOARD, PLAYERS, BOMBS, FLAMES, MOVES = 0, 2, 3, 4, 8  # tables
DIED_AT = 16  # a column of players, which begin with x, y; bombs begin with owner, x, y, blows_at, range
WAYS, BOMB = {1: (0, -1), 2: (0, 1), 4: (-1, 0), 8: (1, 0)}, 16  # keys: up, down, left, right


def decide(world: "World", me: int) -> int:
    """Return the keys to hold in this tick; called 60 times a second. This is what you change."""
    x, y = (n // 256 for n in world.tables[PLAYERS][me][:2])  # 256 sub-units to a tile
    danger, near = world.danger(), {key: (x + dx, y + dy) for key, (dx, dy) in WAYS.items()}
    free = {key: place for key, place in near.items() if world.is_free(*place)}
    safe = [key for key, place in free.items() if place not in danger]
    if (x, y) in danger:  # run: to a safe place, or at least away
        return random.choice(safe or list(free) or [0])
    if world.tick % 15:  # walk on as before
        return world.keys if world.keys in safe else 0
    world.keys = random.choice(safe or [0])
    return world.keys | (BOMB if safe and any(world.tiles[b * world.width + a] == 2 for a, b in near.values()) else 0)


class World:
    """What the server has sent. `tables`: by number, each from key to row."""

    def __init__(self, width: int) -> None:
        self.width, self.tick, self.keys = width, 0, 0
        self.tiles, self.tables = list[int](), dict[int, dict[int, list[int]]]()  # 0 floor, 1 wall, 2 brick, 3 breaking

    def keyframe(self, tick: int, tiles: list[int], tables: list[list[int]]) -> None:
        self.tick, self.tiles, self.tables = tick, tiles, {}
        for number, columns, *flat in tables:
            starts = range(0, len(flat), columns + 1)
            self.tables[number] = {flat[at]: flat[at + 1 : at + 1 + columns] for at in starts}

    def delta(self, ticks: int, tables: list[list[int]]) -> None:
        changed = {number: flat for number, *flat in tables}
        for key, _, tile in zip(*[iter(changed.pop(BOARD, []))] * 3, strict=True):
            self.tiles[key] = tile
        self.change(MOVES, changed.pop(MOVES, []))
        old, self.tick = self.tick, self.tick + ticks
        for slot, (way, speed, *_) in self.tables[MOVES].items():  # those who walk on by themselves
            far = speed * (self.tick + 1) // 60 - speed * (old + 1) // 60
            self.tables[PLAYERS][slot][way in (0, 2)] += far if way < 2 else -far  # 0 down, 1 right, 2 up, 3 left
        for number, flat in changed.items():
            self.change(number, flat)

    def change(self, number: int, flat: list[int]) -> None:
        """Apply rows of key, mask, value…: bit n of the mask says that column n has a new value; 0 removes the row."""
        table, values = self.tables.setdefault(number, {}), iter(flat)
        for key in values:
            mask, row = next(values), table.pop(key, [0] * 32)
            row += [0] * (mask.bit_length() - len(row))
            for column in (n for n in range(mask.bit_length()) if mask >> n & 1):
                row[column] = next(values)
            if mask:
                table[key] = row

    def is_free(self, x: int, y: int) -> bool:
        bombs = [(bomb[1] // 256, bomb[2] // 256) for bomb in self.tables.get(BOMBS, {}).values()]
        return self.tiles[y * self.width + x] == 0 and (x, y) not in bombs

    def danger(self) -> set[tuple[int, int]]:
        """Return each tile with a flame, or in line with a bomb, up to its range; walls are not looked at."""
        found = {(tile % self.width, tile // self.width) for tile in self.tables.get(FLAMES, {})}
        for bomb in self.tables.get(BOMBS, {}).values():
            x, y = bomb[1] // 256, bomb[2] // 256
            found |= {(x + dx * n, y + dy * n) for dx, dy in WAYS.values() for n in range(bomb[4] + 1)}
        return found


def pack(value: object) -> bytes:
    """Return the msgpack of the few types that Petard uses, each in its shortest form."""
    if isinstance(value, bool):
        return b"\xc3" if value else b"\xc2"
    if isinstance(value, int):
        width = next(width for width in range(4) if value < 1 << (8 << width))
        return bytes([value]) if value < 128 else bytes([0xCC + width]) + value.to_bytes(1 << width, "big")
    if isinstance(value, str):
        return bytes([0xA0 + len(value.encode())]) + value.encode()  # up to 31 bytes
    return bytes([0x90 + len(value)]) + b"".join(map(pack, value))


def unpack(data: bytes, at: int = 0) -> tuple[object, int]:
    """Return one value, and where the next one begins."""
    first, at = data[at], at + 1
    if first < 0x80 or first >= 0xE0 or first in (0xC2, 0xC3):
        return {0xC2: False, 0xC3: True}.get(first, first if first < 0x80 else first - 256), at
    if 0xCC <= first <= 0xD3:
        end = at + (1 << (first & 3))
        return int.from_bytes(data[at:end], "big", signed=first >= 0xD0), end
    size, is_text = first & (0x0F if first < 0xA0 else 0x1F), 0xA0 <= first < 0xDC
    if first >= 0xC0:  # d9 da: text, dc dd: array
        end = at + {0xD9: 1, 0xDA: 2, 0xDC: 2, 0xDD: 4}[first]
        size, at = int.from_bytes(data[at:end], "big"), end
    items: list[object] = []
    while not is_text and len(items) < size:
        item, at = unpack(data, at)
        items.append(item)
    return (data[at : at + size].decode(), at + size) if is_text else (items, at)


def send(sock: socket.socket, *message: object) -> None:
    sock.sendall(len(pack(message)).to_bytes(4, "big") + pack(message))


def main(host: str = "127.0.0.1", port: str = "7777", name: str = "Kit") -> None:
    sock = socket.create_connection((host, int(port)))
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    send(sock, HELLO, 2, "kit", name, 1, "")
    kept, member, me, clock, keys, states, world, due = b"", 0, -1, 0, 0, 0, World(0), time.monotonic()
    while True:
        if select.select([sock], [], [], max(0.0, due - time.monotonic()))[0]:
            kept += (piece := sock.recv(65536))
            if not piece:
                return print("The server has closed the connection.")
        while len(kept) >= 4 and len(kept) >= 4 + (size := int.from_bytes(kept[:4], "big")):
            (kind, *fields), kept = unpack(kept[4 : 4 + size])[0], kept[4 + size :]
            if kind in (REFUSED, BYE):
                return print(fields[-1])
            member = fields[2] if kind == WELCOME else member
            if kind == PING:
                send(sock, PONG, fields[0], 0, 0)
            elif kind == ROSTER:
                me = next((seat[0] for seat in fields[0] if seat[1] == member), -1)
            elif kind == LOBBY and fields[0] == 1:
                send(sock, READY, True)
            elif kind == ROUND:
                world = World(fields[3])
                send(sock, LOADED, fields[0])
            elif kind in (KEYFRAME, DELTA):
                (world.keyframe if kind == KEYFRAME else world.delta)(*fields)
                states += 1
        if member and time.monotonic() >= due:  # the next tick of our clock
            due, clock, before = due + 1 / 60, clock + 1, keys
            keys = decide(world, me) if world.tables.get(PLAYERS, {}).get(me, [0] * 17)[DIED_AT] < 0 else 0
            if keys != before or clock % 12 == 0:  # a change, or a sign of life every 200 ms
                send(sock, INPUT, clock, [keys], states)


if __name__ == "__main__":
    main(*sys.argv[1:])
