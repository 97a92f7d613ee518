// A recorded match: the room at any moment of it, from the messages that a watcher gets.
import { Room } from "./room.js";
import { decode } from "./wire.js";

/**
 * What game/replays/page_stream.py says of the stream; its numbers in the same order. Moments are ticks of 1/60 s.
 * @typedef {{length: number, groups: number[][], rounds: [number, number][], kills: any[][], marks: [number, string][], items: [number, string][], about: string}} Outline
 */
const BEGIN = 1; // where in a group it says where its first message begins

export class Recording {
  #group = -1;
  #at = 0; // where the next message begins
  #reached = 0; // the moment of the state
  /** @type {import("./wire.js").Message | null} a Delta that leads too far yet */
  #waiting = null;

  /** @param {Outline} outline @param {Uint8Array} stream messages, each after its length: 7 bits in a byte, the lowest first */
  constructor(outline, stream) {
    this.outline = outline;
    this.stream = stream;
    this.room = new Room();
    this.room.items = new Map(outline.items);
    this.seek(0);
  }

  /**
   * Go to a moment.
   * @param {number} moment
   * @returns {import("./room.js").Event[]} what happened on the way; nothing if it jumps
   */
  seek(moment) {
    const { groups } = this.outline;
    let group = groups.findIndex(([start]) => start > moment);
    group = Math.max(0, (group < 0 ? groups.length : group) - 1);
    const isJump = moment < this.#reached || group > this.#group + 1;
    if (isJump) this.#open(group);
    const happened = [];
    for (let message; (message = this.#next(moment)); ) {
      this.room.receive(message);
      if (message.kind === "Events" && !isJump) happened.push(...message.events);
    }
    return happened;
  }

  /**
   * Begin at a Keyframe.
   * @param {number} group
   */
  #open(group) {
    const [start, , keyframe, ...others] = this.outline.groups[group];
    this.room.seats = [];
    for (const place of others) if (place >= 0) this.room.receive(this.#read(place));
    [this.#group, this.#reached, this.#at, this.#waiting] = [group, start, keyframe, null];
  }

  /**
   * The message at a place; the next one begins behind it.
   * @param {number} place
   */
  #read(place) {
    let size = 0, shift = 0, byte;
    do {
      byte = this.stream[place++];
      size |= (byte & 127) << shift;
      shift += 7;
    } while (byte > 127);
    this.#at = place + size;
    return decode(this.stream.subarray(place, this.#at));
  }

  /**
   * The next message up to a moment, or null.
   * @param {number} moment
   */
  #next(moment) {
    const next = this.outline.groups[this.#group + 1];
    if (!this.#waiting && next && this.#at === next[BEGIN]) {
      if (next[0] > moment) return null;
      this.#group++;
      this.#reached = next[0];
    }
    if (!this.#waiting && this.#at >= this.stream.length) return null;
    const message = this.#waiting || this.#read(this.#at), ticks = message.kind === "Delta" ? message.ticks : 0;
    this.#waiting = this.#reached + ticks > moment ? message : null;
    if (this.#waiting) return null;
    this.#reached += ticks;
    return message;
  }
}
