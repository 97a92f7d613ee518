// A player for Petard in plain Node, without a package, written from PROTOCOL.md: node bot.mjs [HOST [PORT [NAME]]]
import net from 'node:net';

const [host = '127.0.0.1', port = '7777', name = 'Node'] = process.argv.slice(2);
const WAYS = [[1, 0, -1], [2, 0, 1], [4, -1, 0], [8, 1, 0]], BOMB = 16; // keys: up, down, left, right
const HELLO = 1, READY = 5, LOADED = 7, INPUT = 8, PING = 16, PONG = 17, BYE = 18;
const WELCOME = 32, REFUSED = 33, ROSTER = 34, LOBBY = 35, ROUND = 36, KEYFRAME = 37, DELTA = 38;
const BOARD = 0, PLAYERS = 2, BOMBS = 3, FLAMES = 4, MOVES = 8; // tables
const DIED_AT = 16; // a column of players, which begin with x, y; bombs begin with owner, x, y, blows_at, range

const pick = (list) => list[Math.floor(Math.random() * list.length)];
const tileOf = (row, first = 0) => [row[first] >> 8, row[first + 1] >> 8]; // 256 sub-units to a tile
const rowsOf = (world, table) => world.tables.get(table) ?? new Map();

// Returns the keys to hold in this tick; called 60 times a second. This is what you change.
function decide(world, me) {
  const [x, y] = tileOf(rowsOf(world, PLAYERS).get(me)), danger = dangerOf(world);
  const free = WAYS.filter(([, dx, dy]) => isFree(world, x + dx, y + dy));
  const safe = free.filter(([, dx, dy]) => !danger.has((y + dy) * world.width + x + dx));
  if (danger.has(y * world.width + x)) return (pick(safe) ?? pick(free) ?? [0])[0]; // run
  if (world.tick % 15) return safe.some(([key]) => key === world.keys) ? world.keys : 0; // walk on as before
  world.keys = (pick(safe) ?? [0])[0];
  const hasBrick = WAYS.some(([, dx, dy]) => world.tiles[(y + dy) * world.width + x + dx] === 2);
  return world.keys | (hasBrick && safe.length ? BOMB : 0);
}

function isFree(world, x, y) {
  const held = [...rowsOf(world, BOMBS).values()].some((bomb) => (bomb[1] >> 8) === x && (bomb[2] >> 8) === y);
  return world.tiles[y * world.width + x] === 0 && !held; // 0 floor, 1 wall, 2 brick, 3 breaking
}

function dangerOf(world) { // each tile with a flame, or in line with a bomb, up to its range; walls are not looked at
  const found = new Set(rowsOf(world, FLAMES).keys());
  for (const bomb of rowsOf(world, BOMBS).values()) {
    const [x, y] = tileOf(bomb, 1);
    for (const [, dx, dy] of WAYS) for (let n = 0; n <= bomb[4]; n++) found.add((y + dy * n) * world.width + x + dx * n);
  }
  return found;
}

function keyframe(world, tick, tiles, tables) { // a table: number, columns, then rows of a key and its columns
  Object.assign(world, { tick, tiles, tables: new Map() });
  for (const [number, columns, ...flat] of tables) {
    const rows = new Map();
    for (let at = 0; at < flat.length; at += columns + 1) rows.set(flat[at], flat.slice(at + 1, at + 1 + columns));
    world.tables.set(number, rows);
  }
}

function delta(world, ticks, tables) {
  const changed = new Map(tables.map(([number, ...flat]) => [number, flat]));
  change(world, MOVES, changed.get(MOVES) ?? []);
  changed.delete(MOVES);
  const walked = (speed, tick) => Math.floor(speed * (tick + 1) / 60);
  for (const [slot, [way, speed]] of rowsOf(world, MOVES)) { // those who walk on by themselves: down, right, up, left
    const far = walked(speed, world.tick + ticks) - walked(speed, world.tick);
    rowsOf(world, PLAYERS).get(slot)[way % 2 ? 0 : 1] += way < 2 ? far : -far;
  }
  world.tick += ticks;
  for (const [number, flat] of changed) change(world, number, flat);
}

function change(world, number, flat) { // rows of key, mask, value…: bit n: column n has a new value; 0: the row is gone
  if (!world.tables.has(number)) world.tables.set(number, new Map());
  const table = world.tables.get(number);
  for (let at = 0; at < flat.length;) {
    const key = flat[at++], mask = flat[at++], row = table.get(key) ?? Array(32).fill(0);
    for (let column = 0; column < 31; column++) if (mask >> column & 1) row[column] = flat[at++];
    if (number === BOARD) world.tiles[key] = row[0];
    else if (mask) table.set(key, row);
    else table.delete(key);
  }
}

function pack(value) { // msgpack: the few types that Petard uses, each in its shortest form
  if (value === true || value === false) return Buffer.from([value ? 0xc3 : 0xc2]);
  if (typeof value === 'number') {
    if (value < 128) return Buffer.from([value]);
    const width = value < 1 << 8 ? 1 : value < 1 << 16 ? 2 : 4, out = Buffer.alloc(1 + width);
    out[0] = { 1: 0xcc, 2: 0xcd, 4: 0xce }[width];
    out.writeUIntBE(value, 1, width);
    return out;
  }
  if (typeof value === 'string') return Buffer.concat([Buffer.from([0xa0 + Buffer.byteLength(value)]), Buffer.from(value)]);
  return Buffer.concat([Buffer.from([0x90 + value.length]), ...value.map(pack)]);
}

function unpack(data, at = 0) { // one value, and where the next one begins
  const first = data[at++];
  if (first < 0x80 || first >= 0xe0) return [first < 0x80 ? first : first - 256, at];
  if (first === 0xc2 || first === 0xc3) return [first === 0xc3, at];
  if (first >= 0xcc && first <= 0xd3) {
    const width = 1 << (first & 3);
    if (width === 8) return [Number(first < 0xd0 ? data.readBigUInt64BE(at) : data.readBigInt64BE(at)), at + 8];
    return [first < 0xd0 ? data.readUIntBE(at, width) : data.readIntBE(at, width), at + width];
  }
  let size = first & (first < 0xa0 ? 0x0f : 0x1f);
  if (first >= 0xc0) { // d9 da: text, dc dd: array
    const width = { 0xd9: 1, 0xda: 2, 0xdc: 2, 0xdd: 4 }[first];
    size = data.readUIntBE(at, width);
    at += width;
  }
  if (first >= 0xa0 && first < 0xdc) return [data.toString('utf8', at, at + size), at + size];
  const items = [];
  for (let n = 0; n < size; n++) { const [item, next] = unpack(data, at); items.push(item); at = next; }
  return [items, at];
}

const sock = net.connect({ host, port: Number(port), noDelay: true }, () => send(HELLO, 2, 'kit', name, 1, ''));
let kept = Buffer.alloc(0), member = 0, me = -1, clock = 0, keys = 0, states = 0, world = null;

function send(...message) {
  const payload = pack(message), head = Buffer.alloc(4);
  head.writeUInt32BE(payload.length);
  sock.write(Buffer.concat([head, payload])); // in ONE write
}

sock.on('data', (piece) => {
  kept = Buffer.concat([kept, piece]);
  while (kept.length >= 4 && kept.length >= 4 + kept.readUInt32BE(0)) {
    const end = 4 + kept.readUInt32BE(0), [kind, ...fields] = unpack(kept.subarray(4, end))[0];
    kept = kept.subarray(end);
    if (kind === REFUSED || kind === BYE) { console.log(fields.at(-1)); process.exit(1); }
    else if (kind === PING) send(PONG, fields[0], 0, 0);
    else if (kind === WELCOME) member = fields[2];
    else if (kind === ROSTER) me = fields[0].find((seat) => seat[1] === member)?.[0] ?? -1;
    else if (kind === LOBBY && fields[0] === 1) send(READY, true);
    else if (kind === ROUND) { world = { width: fields[3], keys: 0, tables: new Map() }; send(LOADED, fields[0]); }
    else if (kind === KEYFRAME || kind === DELTA) { (kind === KEYFRAME ? keyframe : delta)(world, ...fields); states++; }
  }
});
sock.on('close', () => { console.log('The server has closed the connection.'); process.exit(1); });
sock.on('error', (problem) => console.log(problem.message));

let due = performance.now(); // setInterval drifts, and is in whole milliseconds: count the ticks that are due instead
setInterval(() => {
  for (; due <= performance.now(); due += 1000 / 60) {
    if (!member) continue;
    const body = world && rowsOf(world, PLAYERS).get(me), before = keys;
    keys = body && body[DIED_AT] < 0 ? decide(world, me) : 0;
    if (++clock % 12 === 0 || keys !== before) send(INPUT, clock, [keys], states); // a change, or a sign of life
  }
}, 4);
