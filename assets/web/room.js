// What a page knows of the room, from the messages that all members get.
import { EVENT, MODES, PHASE, RULES, ZOMBIE_COLOUR } from "./tables.js";
import { tr } from "./words.js";
import { World } from "./world.js";

/** @typedef {{slot: number, member: number, name: string, colour: number, character: number, ready: boolean, plays: boolean, wins: number, away: boolean}} Seat */
/** @typedef {{what: number, slot: number, tile: number, other: number}} Event */

/**
 * How a player died.
 * @param {number} by 0: an own bomb, -1: a wall, 1: another's bomb @param {string} name @param {string} other
 */
export const deathWords = (by, name, other) => (by > 0 ? tr("{name} got {other}", { name: other, other: name }) : by ? tr("A wall crushed {name}", { name }) : tr("{name} blew up", { name }));

export class Room {
  constructor() {
    this.phase = 0;
    this.round = 0;
    /** @type {{[field: string]: any}} */
    this.lobby = {};
    /** @type {Seat[]} */
    this.seats = [];
    /** @type {Map<number, {side: number, is_chosen: boolean}>} by slot, for the next match; none where the mode has no sides */
    this.sides = new Map();
    /** @type {Map<string, number>} how many members want a map */
    this.votes = new Map();
    /** @type {World | null} */
    this.world = null;
    /** @type {{[name: string]: number}} */
    this.rules = RULES;
    /** @type {Map<number, string>} */
    this.items = new Map();
    /** @type {{[field: string]: any} | null} of the round that is over */
    this.results = null;
    this.states = 0; // Keyframes and Deltas
    this.checked = 0; // Digests of the state that this page has
  }

  /**
   * Take over a message.
   * @param {import("./wire.js").Message} message
   */
  receive(message) {
    const { world } = this;
    switch (message.kind) {
      case "Welcome": this.items = new Map(message.items?.map((/** @type {any} */ one) => [one.number, one.name])); break;
      case "Roster": this.seats = message.seats; break;
      case "Lobby":
        this.lobby = message;
        this.phase = message.phase;
        this.sides = new Map(); // they come after it, and the votes too
        this.votes = new Map();
        if (this.phase === PHASE.LOBBY) this.world = this.results = null;
        break;
      case "MapVotes": this.votes = new Map(message.votes.map((/** @type {any} */ one) => [one.map, one.votes])); break;
      case "Sides": this.sides = new Map(message.sides.map((/** @type {any} */ one) => [one.slot, one])); break;
      case "Round":
        this.world = new World(message);
        this.round = message.number;
        this.results = null;
        this.rules = { ...RULES, ...Object.fromEntries(message.rules.numbers.map((/** @type {any} */ one) => [one.name, one.number])) };
        break;
      case "Keyframe":
        this.states++;
        world?.begin(message);
        break;
      case "Delta":
        this.states++;
        if (world && world.tick >= 0) world.change(message);
        break;
      case "Digest":
        if (world && world.tick === message.tick && world.checksum() !== message.checksum) throw new Error("This page has another state than the room.");
        this.checked++;
        break;
      case "Results":
        this.results = message;
        for (const { slot, wins } of message.wins) {
          const seat = this.seat(slot);
          if (seat) seat.wins = wins;
        }
    }
  }

  /** @param {number} slot */
  seat(slot) {
    return this.seats.find((seat) => seat.slot === slot);
  }

  /** @param {number} slot */
  name(slot) {
    return this.seat(slot)?.name ?? "?";
  }

  /**
   * Whether a player of the round lives.
   * @param {number} slot
   */
  isAlive(slot) {
    const player = this.world?.tables.players?.get(slot);
    return !player || player.died_at < 0;
  }

  /** Seconds to the end of the round; null where there is none. */
  secondsLeft() {
    if (!this.world || this.world.tick < 0) return null;
    return Math.max(0, Math.ceil((this.rules.countdown + this.rules.round - Math.max(this.world.tick, this.rules.countdown)) / 60));
  }

  /** Seconds until the players may walk; 0 once they may. */
  secondsToGo() {
    return this.world && this.world.tick >= 0 ? Math.max(0, Math.ceil((this.rules.countdown - this.world.tick) / 60)) : 0;
  }

  /**
   * What the mode counts for a player, as text; "" where it counts nothing.
   * @param {number} slot
   */
  score(slot) {
    const { points, marks } = this.world?.tables || {};
    if (this.rules.mode === MODES.paint && marks) return String([...marks.values()].filter(({ mark }) => mark === slot).length);
    const count = points?.get(slot)?.points;
    if (count === undefined) return "";
    return this.rules.mode === MODES.crown ? `${Math.floor(count / 60)} s` : String(count);
  }

  /**
   * The slot whose shape a player's badge has: in teams all of a side have the same.
   * @param {number} slot
   */
  shape(slot) {
    return this.rules.mode === MODES.teams ? this.world?.tables.sides?.get(slot)?.side ?? slot : slot;
  }

  /**
   * The side of a player, in the lobby or in the round; -1 where there are none.
   * @param {number} slot
   */
  side(slot) {
    if (this.phase === PHASE.LOBBY) return this.sides.get(slot)?.side ?? -1;
    return this.rules.mode === MODES.teams ? this.world?.tables.sides?.get(slot)?.side ?? -1 : -1;
  }

  /** How the players look now, by slot. */
  looks() {
    const sides = this.rules.mode === MODES.zombie ? this.world?.tables.sides : null;
    return new Map(this.seats.map((seat) => [seat.slot, sides?.get(seat.slot)?.side ? { ...seat, colour: ZOMBIE_COLOUR } : seat]));
  }

  /**
   * The players who win with a player, this one too.
   * @param {number} slot
   */
  winners(slot) {
    const side = this.shape(slot), isTeams = this.rules.mode === MODES.teams;
    return this.seats.filter((seat) => (isTeams ? seat.plays && this.shape(seat.slot) === side : seat.slot === slot));
  }

  /** How the round or match ended, as a sentence; "" while it runs. */
  outcome() {
    const { results } = this;
    if (!results) return "";
    const isMatch = results.match_over && results.champion >= 0, slot = isMatch ? results.champion : results.winner;
    if (slot < 0) return tr("A draw");
    const names = this.winners(slot).map((seat) => seat.name), last = names.pop() ?? "?";
    const name = names.length ? tr("{names} and {name}", { names: names.join(", "), name: last }) : last;
    if (names.length) return isMatch ? tr("{names} win the match!", { names: name }) : tr("{names} win the round", { names: name });
    return isMatch ? tr("{name} wins the match!", { name }) : tr("{name} wins the round", { name });
  }

  /**
   * An event that people want to read, as a sentence; "" for others.
   * @param {Event} event
   */
  sentence({ what, slot, other }) {
    if (what === EVENT.DIED) return deathWords(other === slot ? 0 : other < 0 ? -1 : 1, this.name(slot), this.name(other));
    if (what === EVENT.HURRY) return tr("Hurry! The walls close");
    if (what === EVENT.RETURNED) return tr("{name} is back", { name: this.name(slot) });
    return "";
  }
}
