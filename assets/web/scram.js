// SCRAM-SHA-256 (RFC 5802, RFC 7677) in plain JavaScript: pages on http have no crypto.subtle.
import { tr } from "./words.js";

const writer = new TextEncoder();
const LEAST = 4096, MOST = 200000; // iterations

/**
 * The first 32 bits of the fraction.
 * @param {number} number
 */
const fraction = (number) => ((number - Math.floor(number)) * 2 ** 32) | 0;
const PRIMES = Array.from({ length: 312 }, (_, n) => n).filter((n) => n > 1 && ![2, 3, 5, 7, 11, 13, 17].some((prime) => n > prime && n % prime === 0));
const START = Int32Array.from(PRIMES.slice(0, 8), (prime) => fraction(Math.sqrt(prime)));
const ROUND = Int32Array.from(PRIMES.slice(0, 64), (prime) => fraction(Math.cbrt(prime)));
const words = new Int32Array(64);

/**
 * Add the block that `words` begins with to a state.
 * @param {Int32Array} state
 */
function add(state) {
  const w = words;
  for (let i = 16; i < 64; i++) {
    const a = w[i - 15], b = w[i - 2];
    w[i] = (w[i - 16] + w[i - 7] + ((a >>> 7 | a << 25) ^ (a >>> 18 | a << 14) ^ a >>> 3) + ((b >>> 17 | b << 15) ^ (b >>> 19 | b << 13) ^ b >>> 10)) | 0;
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < 64; i++) {
    const one = (h + ((e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7)) + ((e & f) ^ (~e & g)) + ROUND[i] + w[i]) | 0;
    const two = (((a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b] = [g, f, e, (d + one) | 0, c, b, a];
    a = (one + two) | 0;
  }
  state[0] += a; state[1] += b; state[2] += c; state[3] += d;
  state[4] += e; state[5] += f; state[6] += g; state[7] += h;
}

/** @param {Int32Array} state */
function bytesOf(state) {
  const bytes = new Uint8Array(32), view = new DataView(bytes.buffer);
  state.forEach((word, n) => view.setInt32(4 * n, word));
  return bytes;
}

/**
 * SHA-256 of a message, or of what follows `before` bytes that led to `state`.
 * @param {Uint8Array} message @param {Int32Array} [state] @param {number} [before]
 */
export function sha256(message, state = START, before = 0) {
  const padded = new Uint8Array((message.length + 72) & ~63), view = new DataView(padded.buffer), sum = state.slice();
  padded.set(message);
  padded[message.length] = 128;
  view.setUint32(padded.length - 4, (before + message.length) * 8);
  for (let at = 0; at < padded.length; at += 64) {
    for (let n = 0; n < 16; n++) words[n] = view.getInt32(at + 4 * n);
    add(sum);
  }
  return bytesOf(sum);
}

/** @typedef {[Int32Array, Int32Array]} Key the states after its inner and its outer pad */

/** @param {Uint8Array} bytes @returns {Key} */
function keyOf(bytes) {
  const key = bytes.length > 64 ? sha256(bytes) : bytes;
  const [inner, outer] = [0x36, 0x5c].map((pad) => {
    const state = START.slice();
    for (let n = 0; n < 16; n++) words[n] = [0, 1, 2, 3].reduce((word, byte) => word << 8 | ((key[4 * n + byte] ?? 0) ^ pad), 0);
    add(state);
    return state;
  });
  return [inner, outer];
}

/** @param {Key} key @param {Uint8Array} message */
const hmac = ([inner, outer], message) => sha256(sha256(message, inner, 64), outer, 64);

/** @param {Uint8Array} password @param {Uint8Array} salt @param {number} count */
export function pbkdf2(password, salt, count) {
  const key = keyOf(password), first = hmac(key, Uint8Array.from([...salt, 0, 0, 0, 1])), view = new DataView(first.buffer);
  const last = Int32Array.from({ length: 8 }, (_, n) => view.getInt32(4 * n)), sum = last.slice(), state = new Int32Array(8);
  for (let round = 1; round < count; round++) {
    for (const pad of key) {
      words.set(last);
      words.fill(0, 9, 15);
      words[8] = 1 << 31;
      words[15] = 768; // bits: a pad and a sum
      state.set(pad);
      add(state);
      last.set(state);
    }
    for (let n = 0; n < 8; n++) sum[n] ^= last[n];
  }
  return bytesOf(sum);
}

/** @param {Uint8Array} bytes */
const base64 = (bytes) => btoa(String.fromCharCode(...bytes));
/** @param {string} text */
const unbase64 = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
/** @param {Uint8Array} one @param {Uint8Array} other */
const xor = (one, other) => one.map((byte, n) => byte ^ other[n]);

/** The client's end of one proof. `answer` throws an Error when the server is not to be trusted. */
export class Proof {
  #step = 0;
  #auth = "";
  /** @type {Key | undefined} */
  #server;

  /** @param {string} password @param {string} [nonce] */
  constructor(password, nonce = base64(crypto.getRandomValues(new Uint8Array(18)))) {
    this.password = writer.encode(password.replace(/[\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000]/g, " ").replace(/[\u00ad\u034f\u1806\u180b-\u180d\u200c\u200d\u2060\ufe00-\ufe0f\ufeff]/g, "").normalize("NFKC")); // SASLprep
    this.nonce = nonce;
  }

  /**
   * What to say after the server's text; "" once it has proved itself.
   * @param {string} text
   */
  answer(text) {
    if (this.#step++ === 0) return `n,,n=petard,r=${this.nonce}`;
    const fields = Object.fromEntries(text.split(",").map((field) => [field[0], field.slice(2)]));
    return this.#step === 2 ? this.#prove(text, fields) : this.#check(fields);
  }

  /** @param {string} text @param {{[name: string]: string}} fields */
  #prove(text, { r, s, i }) {
    if (!r?.startsWith(this.nonce) || !(Number(i) >= LEAST && Number(i) <= MOST)) throw new Error(tr("The server answers wrongly."));
    const salted = keyOf(pbkdf2(this.password, unbase64(s), Number(i))), client = hmac(salted, writer.encode("Client Key"));
    this.#server = keyOf(hmac(salted, writer.encode("Server Key")));
    this.#auth = `n=petard,r=${this.nonce},${text},c=biws,r=${r}`;
    return `c=biws,r=${r},p=${base64(xor(client, hmac(keyOf(sha256(client)), writer.encode(this.#auth))))}`;
  }

  /** @param {{[name: string]: string}} fields */
  #check({ v }) {
    if (!this.#server || !v || base64(hmac(this.#server, writer.encode(this.#auth))) !== v) throw new Error(tr("The server does not know the password."));
    return "";
  }
}
