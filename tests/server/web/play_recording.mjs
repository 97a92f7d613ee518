// Play the match of a page (an HTML file on stdin) at the moments in the first argument: a line of JSON for each.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { inflateSync } from "node:zlib";
import { Recording } from "./recording.js";
import { TABLES } from "./tables.js";

const page = readFileSync(0, "utf-8");
const block = (id) => page.match(new RegExp(`<script type="[a-z/]+" id="${id}">([^<]*)</script>`))[1];
const recording = new Recording(JSON.parse(block("outline")), new Uint8Array(inflateSync(Buffer.from(block("stream"), "base64"))));
const { room } = recording;

/** All of a state but the tables and columns in the second argument. */
function plain(world) {
  const unseen = JSON.parse(process.argv[3]);
  const tables = Object.entries(TABLES).filter(([name]) => !unseen.includes(name)).map(([name, columns]) => {
    const seen = columns.split(" ").filter((column) => !unseen.includes(column));
    return [...world.tables[name]].sort((one, other) => one[0] - other[0]).map(([key, row]) => [key, ...seen.map((column) => row[column])]);
  });
  return JSON.stringify([world.tick, world.tiles, tables]);
}

const lines = JSON.parse(process.argv[2]).map((moment) => {
  const happened = recording.seek(moment).map(({ what, slot, tile, other }) => [what, slot, tile, other]);
  const seats = room.seats.map(({ slot, name, colour, character }) => [slot, name, colour, character]);
  const sum = createHash("sha1").update(plain(room.world)).digest("hex");
  return JSON.stringify([moment, room.round, sum, seats, room.results?.winner ?? null, happened]);
});
console.log(lines.join("\n"));
