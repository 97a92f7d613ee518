// The sounds of a match; a page loads them, and this module, only when somebody asks for them.
import { EVENT, PHASE, SOUNDS } from "./tables.js";

const QUIET = 0.55, SAME_MOST = 3, SAME_WITHIN = 80; // ms: so that ten blasts do not distort
const BIG = 5; // tiles; a bomb whose flames reach so far has a sound of its own
const LOUD = ["blast", "blast-big", "death", "hurry", "go", "hurt"];
const ALL = new Set([...Object.values(SOUNDS), ...LOUD, "win", "draw", "champion", "beep"]);

export class Sounds {
  #context = new AudioContext();
  /** @type {Map<string, AudioBuffer>} */
  #loaded = new Map();
  /** @type {Map<string, number[]>} when each was started last, in ms */
  #started = new Map();
  #second = 0; // of the countdown

  constructor() {
    for (const name of ALL) this.#load(name);
    document.addEventListener("pointerdown", () => this.#context.resume()); // a browser may want a touch first
  }

  /** @param {string} name */
  async #load(name) {
    const bytes = await (await fetch(`/sounds/${name}.1.wav`)).arrayBuffer();
    this.#loaded.set(name, await this.#context.decodeAudioData(bytes));
  }

  /** How many can be played. */
  get count() {
    return this.#loaded.size;
  }

  /** @param {string} name @param {number} [pan] -1: left, 1: right */
  play(name, pan = 0) {
    const buffer = this.#loaded.get(name), now = performance.now();
    const last = (this.#started.get(name) || []).filter((then) => now - then < SAME_WITHIN);
    if (!buffer || last.length >= SAME_MOST || this.#context.state !== "running") return;
    this.#started.set(name, [...last, now]);
    const source = new AudioBufferSourceNode(this.#context, { buffer });
    const gain = new GainNode(this.#context, { gain: LOUD.includes(name) ? 1 : QUIET });
    source.connect(gain).connect(new StereoPannerNode(this.#context, { pan })).connect(this.#context.destination);
    source.start();
  }

  /**
   * Play what a message is about.
   * @param {import("./wire.js").Message} message @param {import("./room.js").Room} room which has taken it over
   */
  receive(message, room) {
    const { world } = room, go = room.secondsToGo();
    if (message.kind === "Events") {
      for (const { what, tile, other } of message.events) {
        this.play(what === EVENT.BLAST && other >= BIG ? "blast-big" : SOUNDS[what], world && tile >= 0 ? ((tile % world.width) / world.width) * 1.4 - 0.7 : 0);
      }
    } else if (message.kind === "Results") this.play(message.winner < 0 ? "draw" : message.match_over ? "champion" : "win");
    else if (go !== this.#second) {
      this.#second = go;
      if (go && room.phase === PHASE.PLAYING) this.play("beep");
    }
  }

  /** Be silent, for ever. */
  close() {
    this.#context.close();
  }
}
