// Draw boards whose numbers are any at all, as those of a later version may be; the first argument is the number of boards.
const canvas = () => new Proxy({}, { get: (all, name) => all[name] ?? (name === "getContext" ? canvas : name === "measureText" ? () => ({ width: 9 }) : () => {}) });
globalThis.document = { createElement: canvas, getElementById: () => null };
globalThis.Image = class { decode = async () => {}; };
const { Board } = await import("./board.js");
const { TABLES } = await import("./tables.js");

let state = 1;
const below = (end) => ((state = (state * 48271) % 2147483647) % end);
const odd = () => [-1, 0, 1, 2, 3, 7, 8, 64, 255, below(300), below(65536)][below(11)];

const faults = new Set();
for (let round = 0; round < +process.argv[2]; round++) {
  const tables = {};
  for (const [name, columns] of Object.entries(TABLES)) {
    const rows = Array.from({ length: below(4) }, () => [below(81), Object.fromEntries(columns.split(" ").map((column) => [column, odd()]))]);
    tables[name] = new Map(rows);
  }
  const world = { width: 9, height: 9, tick: below(5000), tiles: Array.from({ length: 81 }, () => below(5)), tables };
  const looks = new Map([[0, { slot: 0, colour: odd(), character: odd(), name: "Ada" }]]);
  try {
    new Board().draw(canvas(), 0, 0, 40, { world, looks, items: new Map([[1, "bomb"]]), rules: { flame: 30, fuse: 150, health_most: 3, cart_speed: 1536, cart_flight: 24, mode: below(9) } });
  } catch (fault) {
    faults.add(fault.stack.split("\n").slice(0, 2).join(" "));
  }
}
console.log([...faults].join("\n"));
