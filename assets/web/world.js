// The state of a round, from its Keyframe and the Deltas after it.
import { FIRST, FIRST_TABLES, LATER, TABLES } from "./tables.js";
import { pack } from "./wire.js";

/** @typedef {{[column: string]: number}} Row */
/** @typedef {Map<number, Row>} Table */

const NAMES = Object.keys(TABLES);
/** @type {{[name: string]: string[]}} */
const COLUMNS = Object.fromEntries(NAMES.map((name) => [name, TABLES[name].split(" ")]));
const STEP_X = [0, 1, 0, -1], STEP_Y = [1, 0, -1, 0]; // by Direction: down, right, up, left
export const TILE = 256; // sub-units

const CRCS = Uint32Array.from({ length: 256 }, (_, byte) => {
  for (let bit = 0; bit < 8; bit++) byte = byte & 1 ? (byte >>> 1) ^ 0xedb88320 : byte >>> 1;
  return byte;
});

/** @param {Uint8Array} bytes */
export function crc32(bytes) {
  let sum = -1;
  for (const byte of bytes) sum = CRCS[(sum ^ byte) & 255] ^ (sum >>> 8);
  return ~sum >>> 0;
}

/** @param {string} name of a table @returns {Row} */
function newRow(name) {
  /** @type {Row} */
  const row = {};
  const columns = COLUMNS[name], first = FIRST[name] ?? columns.length;
  columns.forEach((column, place) => (row[column] = place < first ? 0 : LATER[name][place - first]));
  return row;
}

/** One round. `tick` is -1 before its first Keyframe. */
export class World {
  /** @param {import("./wire.js").Message} round the message Round */
  constructor(round) {
    this.width = round.width;
    this.height = round.height;
    this.tick = -1;
    /** @type {number[]} */
    this.tiles = [];
    /** @type {{[name: string]: Table}} */
    this.tables = {};
  }

  /**
   * Take over a Keyframe.
   * @param {import("./wire.js").Message} message
   */
  begin({ tick, tiles, tables }) {
    this.tick = tick;
    this.tiles = tiles;
    for (const name of NAMES) this.tables[name] = new Map();
    for (const [number, size, ...numbers] of tables) {
      const name = NAMES[number - 1];
      if (!name) continue;
      for (let at = 0; at < numbers.length; at += size + 1) {
        const row = newRow(name), columns = COLUMNS[name];
        for (let n = 0; n < Math.min(size, columns.length); n++) row[columns[n]] = numbers[at + 1 + n];
        this.tables[name].set(numbers[at], row);
      }
    }
  }

  /**
   * Go on by a Delta.
   * @param {import("./wire.js").Message} message
   */
  change({ ticks, tables }) {
    const changes = new Map(tables.map((/** @type {number[]} */ table) => [table[0], table]));
    for (const name of ["moves", "applied"]) this.#patch(name, changes.get(NAMES.indexOf(name) + 1));
    this.#move(this.tick, this.tick + ticks);
    const board = changes.get(0) || [];
    for (let at = 1; at < board.length; at += 3) this.tiles[board[at]] = board[at + 2];
    for (const name of NAMES) if (name !== "moves" && name !== "applied") this.#patch(name, changes.get(NAMES.indexOf(name) + 1));
    this.tick += ticks;
  }

  /** @param {string} name @param {number[] | undefined} numbers a table of a Delta */
  #patch(name, numbers) {
    const table = this.tables[name], columns = COLUMNS[name];
    for (let at = 1; numbers && at < numbers.length; ) {
      const key = numbers[at++];
      let mask = numbers[at++];
      if (!mask) table.delete(key);
      else if (!table.has(key)) table.set(key, newRow(name));
      const row = table.get(key);
      for (let n = 0; mask; n++, mask >>>= 1) if (mask & 1) {
        if (row && n < columns.length) row[columns[n]] = numbers[at];
        at++;
      }
    }
  }

  /** @param {number} from tick @param {number} to tick */
  #move(from, to) {
    for (const [slot, { way, speed }] of this.tables.moves) {
      const player = this.tables.players.get(slot);
      if (!player) continue;
      const far = Math.floor((speed * (to + 1)) / 60) - Math.floor((speed * (from + 1)) / 60);
      const x = player.x + STEP_X[way] * far, y = player.y + STEP_Y[way] * far;
      if (x >= 0 && y >= 0 && x < TILE * this.width && y < TILE * this.height) Object.assign(player, { x, y });
    }
  }

  /** What a Digest of this tick says: it covers the tables and columns that every build of this protocol has. */
  checksum() {
    /** @type {number[][]} */
    const tables = [];
    NAMES.slice(0, FIRST_TABLES).forEach((name, place) => {
      const columns = COLUMNS[name].slice(0, FIRST[name]), rows = [...this.tables[name]].sort((one, other) => one[0] - other[0]);
      if (rows.length) tables.push([place + 1, columns.length, ...rows.flatMap(([key, row]) => [key, ...columns.map((column) => row[column])])]);
    });
    return crc32(pack([37, this.tick, this.tiles, tables]));
  }
}
