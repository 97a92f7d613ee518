// The wire of Petard as PROTOCOL.md says: msgpack, and messages as objects.
import { MESSAGES, RECORDS } from "./tables.js";

const reader = new TextDecoder();
const writer = new TextEncoder();

/** @typedef {number | boolean | string | any[]} Value */
/** @typedef {{kind: string, [field: string]: any}} Message */

/**
 * Read one msgpack value. Throws RangeError or TypeError for what is none.
 * @param {Uint8Array} bytes
 * @returns {any}
 */
export function unpack(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  /** @param {number} size */
  const unsigned = (size) => {
    at += size;
    if (size === 8) return Number(view.getBigUint64(at - 8));
    return size === 4 ? view.getUint32(at - 4) : size === 2 ? view.getUint16(at - 2) : view.getUint8(at - 1);
  };
  /** @param {number} size */
  const signed = (size) => {
    at += size;
    if (size === 8) return Number(view.getBigInt64(at - 8));
    return size === 4 ? view.getInt32(at - 4) : size === 2 ? view.getInt16(at - 2) : view.getInt8(at - 1);
  };
  /** @param {number} size */
  const text = (size) => reader.decode(bytes.subarray(at, (at += size)));
  /** @param {number} size @returns {any[]} */
  const array = (size) => {
    if (size > bytes.length) throw new RangeError("an array is longer than the message");
    const items = new Array(size);
    for (let n = 0; n < size; n++) items[n] = value();
    return items;
  };
  /** @returns {any} */
  const value = () => {
    const first = unsigned(1);
    if (first < 0x80) return first;
    if (first >= 0xe0) return first - 256;
    if (first >= 0xa0 && first < 0xc0) return text(first & 31);
    if (first >= 0x90 && first < 0xa0) return array(first & 15);
    if (first === 0xc2 || first === 0xc3) return first === 0xc3;
    if (first >= 0xcc && first <= 0xcf) return unsigned(1 << (first - 0xcc));
    if (first >= 0xd0 && first <= 0xd3) return signed(1 << (first - 0xd0));
    if (first === 0xd9 || first === 0xda) return text(unsigned(first - 0xd8));
    if (first === 0xdc || first === 0xdd) return array(unsigned(first === 0xdc ? 2 : 4));
    throw new TypeError(`a value begins with ${first}`);
  };
  return value();
}

/**
 * Write one value, each part in its shortest form. Numbers: whole, -2^31 to 2^32-1.
 * @param {Value} whole
 * @returns {Uint8Array}
 */
export function pack(whole) {
  /** @type {number[]} */
  const bytes = [];
  /** @param {number} number @param {number} size */
  const bigEndian = (number, size) => {
    for (let shift = size - 1; shift >= 0; shift--) bytes.push(Math.floor(number / 256 ** shift) & 255);
  };
  /** @param {number} number */
  const integer = (number) => {
    if (number >= -32 && number < 128) return void bytes.push(number & 255);
    const least = number < 0 ? [-128, -32768] : [-256, -65536]; // so many values fit into 1 and into 2 bytes
    const size = number < 0 ? (number >= least[0] ? 1 : number >= least[1] ? 2 : 4)
      : number < -least[0] ? 1 : number < -least[1] ? 2 : 4;
    bytes.push((number < 0 ? 0xd0 : 0xcc) + (size >> 1));
    bigEndian(number < 0 ? number + 256 ** size : number, size);
  };
  /** @param {number} size @param {number} short @param {number} most @param {number[]} longer */
  const head = (size, short, most, longer) => {
    if (size < most) return void bytes.push(short | size);
    const power = longer.findIndex((first, n) => first && size < 256 ** (1 << n));
    bytes.push(longer[power]);
    bigEndian(size, 1 << power);
  };
  /** @param {Value} value */
  const add = (value) => {
    if (typeof value === "number") integer(value);
    else if (typeof value === "boolean") bytes.push(value ? 0xc3 : 0xc2);
    else if (typeof value === "string") {
      const text = writer.encode(value);
      head(text.length, 0xa0, 32, [0xd9, 0xda]);
      for (const byte of text) bytes.push(byte);
    } else {
      head(value.length, 0x90, 16, [0, 0xdc, 0xdd]);
      value.forEach(add);
    }
  };
  add(whole);
  return Uint8Array.from(bytes);
}

/**
 * @param {string} fields of a record, as tables.js has them
 * @param {any[]} values
 * @returns {any}
 */
function record(fields, values) {
  /** @type {any} */
  const found = {};
  fields.split(" ").forEach((field, place) => {
    if (!field || place >= values.length) return;
    const [name, kind] = field.split(":"), value = values[place];
    if (!kind) found[name] = value;
    else if (kind.endsWith("*")) found[name] = value.map((/** @type {any[]} */ one) => record(RECORDS[kind.slice(0, -1)], one));
    else found[name] = record(RECORDS[kind], value);
  });
  return found;
}

/**
 * Read a payload of the wire.
 * @param {Uint8Array} bytes
 * @returns {Message} `kind` is "" for a message that this page does not know
 */
export function decode(bytes) {
  const [number, ...values] = unpack(bytes);
  const [kind, ...fields] = (MESSAGES[number] || "").split(" ");
  return { ...record(fields.join(" "), values), kind };
}

const NUMBERS = Object.fromEntries(Object.entries(MESSAGES).map(([number, text]) => [text.split(" ")[0], Number(number)]));

/**
 * Write a message; its fields are in the order of the wire.
 * @param {string} kind
 * @param {...Value} values
 */
export const encode = (kind, ...values) => pack([NUMBERS[kind], ...values]);
