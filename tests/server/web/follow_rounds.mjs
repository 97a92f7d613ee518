// Follow rounds as the web pages do: messages come in frames on stdin; a line for each state goes to stdout.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { decode } from "./wire.js";
import { TABLES } from "./tables.js";
import { World } from "./world.js";

/** All of a state as one text, in the order that the test uses. */
function plain(world) {
  const tables = Object.entries(TABLES).map(([name, columns]) =>
    [...world.tables[name]].sort((one, other) => one[0] - other[0])
      .map(([key, row]) => [key, ...columns.split(" ").map((column) => row[column])]));
  return JSON.stringify([world.tick, world.tiles, tables]);
}

const bytes = readFileSync(0);
const lines = [];
let world;
for (let at = 0; at < bytes.length; ) {
  const size = bytes.readUInt32BE(at);
  const message = decode(bytes.subarray(at + 4, at + 4 + size));
  at += 4 + size;
  if (message.kind === "Round") world = new World(message);
  if (message.kind === "Keyframe") world.begin(message);
  if (message.kind === "Delta") world.change(message);
  if (message.kind === "Digest") lines.push(`digest ${message.tick === world.tick && message.checksum === world.checksum()}`);
  if (message.kind === "Keyframe" || message.kind === "Delta") lines.push(createHash("sha1").update(plain(world)).digest("hex"));
}
console.log(lines.join("\n"));
