// The keys of a pad as Input messages, by a clock of its own; PROTOCOL.md, "Keys" and "How states are paced".

const RATE = 60, STEER = 0.01; // ticks a second, and the part by which the clock runs slower or faster
const SIGN = 250, QUICK_SIGN = 125; // ms between two signs of life
const QUICK_FIRST = 180, QUICK_AFTER = 600; // states in which they are quick

export const UP = 1, DOWN = 2, LEFT = 4, RIGHT = 8, BOMB = 16;

/** Sends the keys that are held. */
export class Keys {
  #held = 0;
  #ticks = 0;
  #at = performance.now();
  #rate = RATE;
  #last = 0; // the highest clock that was sent
  #sentAt = 0;
  #quickTo = QUICK_FIRST;
  #states = 0; // of this connection

  /** @param {(clock: number, keys: number[], states: number) => void} send @param {() => boolean} plays whether this player is in a round */
  constructor(send, plays) {
    this.send = send;
    this.plays = plays;
    setInterval(() => this.#sign(), 25);
  }

  /** A new connection begins. */
  restart() {
    this.#ticks = this.#last = this.#states = 0;
    this.#quickTo = QUICK_FIRST;
    this.#at = performance.now();
  }

  get held() {
    return this.#held;
  }

  /** @param {number} keys */
  hold(keys) {
    if (keys === this.#held) return;
    this.#held = keys;
    if (this.plays()) this.#tell(Math.ceil(this.#now()));
  }

  /**
   * A Keyframe or Delta has come.
   * @param {boolean} isGap after it an Input is due at once @param {number | undefined} early the input lead
   */
  state(isGap, early) {
    this.#states++;
    this.#now();
    if (early !== undefined) this.#rate = RATE * (early > 1 ? 1 - STEER : early ? 1 : 1 + STEER);
    if (!isGap) return;
    this.#quickTo = Math.max(this.#quickTo, this.#states + QUICK_AFTER);
    this.#tell(Math.floor(this.#now()));
  }

  /** Let the clock go on; its ticks now. */
  #now() {
    const now = performance.now();
    this.#ticks += ((now - this.#at) / 1000) * this.#rate;
    this.#at = now;
    return this.#ticks;
  }

  #sign() {
    const due = this.#states < this.#quickTo ? QUICK_SIGN : SIGN;
    if (this.#states && performance.now() - this.#sentAt >= due && !document.hidden) this.#tell(Math.floor(this.#now()));
  }

  /** @param {number} clock */
  #tell(clock) {
    this.#sentAt = performance.now();
    this.#last = Math.max(this.#last + 1, clock);
    this.send(this.#last, this.plays() ? [this.#held] : [], this.#states);
  }
}
