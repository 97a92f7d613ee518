// Checks parts of the web pages without a browser; what to do is the first argument.
import { createInterface } from "node:readline";
import { readFileSync } from "node:fs";
import { direction } from "./fingers.js";
import { Proof } from "./scram.js";
import { decode, pack, unpack } from "./wire.js";

const [, , what, ...words] = process.argv;
import { webcrypto } from "node:crypto";
globalThis.crypto ??= /** @type {any} */ (webcrypto); // Node 18 has none

/** One line for each example that is not read and written as it should be. */
function vectors() {
  for (const { name, message, payload } of JSON.parse(readFileSync(0, "utf-8"))) {
    const bytes = Uint8Array.from(Buffer.from(payload, "hex")), kind = decode(bytes).kind;
    if (message && kind !== message) console.log(`${name}: ${kind} is no ${message}`);
    if (/cf.{16}/.test(payload) || JSON.stringify(unpack(bytes)).match(/\d{16}/)) continue; // numbers of 64 bits are never sent
    if (Buffer.from(pack(unpack(bytes))).toString("hex") !== payload) console.log(`${name}: other bytes`);
  }
}

/** Answer each line of the server. */
async function proof() {
  const client = new Proof(words[0]);
  for await (const line of createInterface({ input: process.stdin })) {
    try {
      console.log(client.answer(line) || "proved");
    } catch (fault) {
      console.log(`stopped: ${fault.message}`);
    }
  }
}

if (what === "vectors") vectors();
if (what === "proof") await proof();
if (what === "fingers") console.log(JSON.stringify(JSON.parse(words[0]).map((move) => direction(...move))));
