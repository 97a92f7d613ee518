// For a projector: where the camera looks, the next match, and who has won so far this evening.
import { focusOn, NEAR } from "./camera.js";
import { portrait } from "./sprites.js";
import { EVENT } from "./tables.js";
import { tr } from "./words.js";

const LOOK = 1600; // ms that a place is looked at where somebody died
const AROUND = 5; // tiles beside the last two
const BEST = 8; // players in the table
const KEPT = "petard.evening";
const SIZE = 96; // pixels of a portrait

/** @typedef {{kills: number, rounds: number, matches: number}} Deeds */
/** @param {string} id @returns {any} */
const $ = (id) => document.getElementById(id);
/** @param {string} name of a map, rules or a mode */
const spoken = (name) => tr(name[0].toUpperCase() + name.slice(1).replaceAll("-", " "));

export class Stage {
  /** @type {{[name: string]: Deeds}} */
  #deeds = {};
  #last = ""; // the results that were counted last
  /** @type {import("./camera.js").Focus & {until: number} | null} */
  #look = null;
  #shown = "";

  /** @param {import("./room.js").Room} room */
  constructor(room) {
    this.room = room;
    try {
      ({ deeds: this.#deeds, last: this.#last } = JSON.parse(sessionStorage.getItem(KEPT) || '{"deeds":{},"last":""}'));
    } catch {} // a browser may keep nothing
  }

  /** @param {string} name @param {keyof Deeds} deed */
  #add(name, deed) {
    (this.#deeds[name] ||= { kills: 0, rounds: 0, matches: 0 })[deed]++;
  }

  /** @param {import("./wire.js").Message} message */
  receive(message) {
    const { room } = this;
    if (message.kind === "Events") {
      for (const { what, slot, other } of message.events) {
        const place = what === EVENT.DIED && room.world && focusOn(room.world, slot);
        if (place) this.#look = { ...place, until: performance.now() + LOOK };
        if (what === EVENT.DIED && other >= 0 && other !== slot) this.#add(room.name(other), "kills");
      }
    } else if (message.kind === "Results" && JSON.stringify(message) !== this.#last) {
      this.#last = JSON.stringify(message);
      if (message.winner >= 0) this.#add(room.name(message.winner), "rounds");
      if (message.match_over && message.champion >= 0) this.#add(room.name(message.champion), "matches");
      try {
        sessionStorage.setItem(KEPT, JSON.stringify({ deeds: this.#deeds, last: this.#last }));
      } catch {}
    }
  }

  /** Looks at the winner, at the last two, or where somebody has just died. @returns {import("./camera.js").Focus | null} */
  focus() {
    const { world } = this.room, players = world?.tables.players;
    if (!world || !players || this.room.secondsToGo()) return null;
    const alive = [...players].filter(([slot, { died_at }]) => died_at < 0 && !world.tables.back.has(slot)).map(([slot]) => focusOn(world, slot)), [one, other] = alive;
    if (players.size > 1 && alive.length === 1) return one;
    if (players.size > 2 && alive.length === 2 && one && other) {
      const across = Math.max(NEAR, Math.max(Math.abs(one.x - other.x), Math.abs(one.y - other.y)) + AROUND);
      return { x: (one.x + other.x) / 2, y: (one.y + other.y) / 2, across };
    }
    return this.#look && performance.now() < this.#look.until ? this.#look : null;
  }

  /** Write the next match and the table. */
  show() {
    const { lobby } = this.room, lines = Object.entries(this.#deeds).sort(([, one], [, other]) => other.matches - one.matches || other.rounds - one.rounds || other.kills - one.kills).slice(0, BEST);
    const mode = lobby.mode?.name, isUsual = !mode || mode === lobby.rules; // rules and a mode have the same name
    const words = lobby.map ? [lobby.map, isUsual ? lobby.rules : mode].map(spoken).concat(tr("Best of {number}", { number: lobby.rounds })) : [];
    const key = JSON.stringify([words, lines, document.documentElement.lang]);
    if (key === this.#shown) return;
    this.#shown = key;
    $("next").textContent = words.join("\n");
    $("evening").hidden = !lines.length;
    $("lines").textContent = "";
    for (const [name, { matches, rounds, kills }] of lines) {
      const row = $("lines").insertRow(), seat = this.room.seats.find((one) => one.name === name);
      for (const part of [seat ? portrait(seat, SIZE, seat.slot) : "", name, matches, rounds, kills]) row.insertCell().append(part);
    }
  }
}
