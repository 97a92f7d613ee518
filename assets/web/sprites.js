// Pictures: cells of the sheet, bodies in their player's colour, and badges.
import { COLOURS, FIGURES, LETTERS, SHEET } from "./tables.js";

/** @typedef {CanvasRenderingContext2D} Canvas */
/** @typedef {{slot: number, colour: number, character: number}} Look */

const CELLS = SHEET.cells.split(" ");
const PLACES = new Map(CELLS.map((name, place) => [name, place]));
const STEPS = 3, WAYS = 3; // pictures of a walk, and directions that are drawn
const INK = "#1e1a2e";
const sheet = document.createElement("canvas");
/** @type {Map<string, HTMLCanvasElement>} */
const bodies = new Map();

/**
 * Put pictures with cells into the sheet.
 * @param {[number, string][]} pieces of each the number of its first cell, and its address
 */
async function load(pieces) {
  const { width, height, columns } = SHEET, places = CELLS.length + FIGURES * 2 * STEPS * WAYS;
  [sheet.width, sheet.height] = [columns * width, Math.ceil(places / columns) * height];
  const g = /** @type {Canvas} */ (sheet.getContext("2d"));
  await Promise.all(pieces.map(async ([first, address]) => {
    const image = new Image();
    image.src = address;
    await image.decode();
    const across = image.width / width, count = Math.min(places - first, (across * image.height) / height);
    for (let n = 0; n < count; n++) {
      const place = first + n;
      g.drawImage(image, (n % across) * width, Math.floor(n / across) * height, width, height, (place % columns) * width, Math.floor(place / columns) * height, width, height);
    }
  }));
}

/** Loads the sheet, from the page itself if it is a file by itself; nothing is drawn before. */
export const loaded = load(JSON.parse(document.getElementById("pieces")?.textContent || '[[0, "/s/sheet.webp"]]'));

/** @param {string} name */
export const has = (name) => PLACES.has(name);

/** @param {number} colour */
export const colourOf = (colour) => COLOURS[colour % COLOURS.length];

/**
 * Light or dark, whichever is easier to read on the colour.
 * @param {number} colour
 */
export function inkOn(colour) {
  const level = Number.parseInt(colourOf(colour).slice(1), 16);
  return (level >> 16) * 0.3 + ((level >> 8) & 255) * 0.59 + (level & 255) * 0.11 > 120 ? "#0e0c16" : "#fff6e4";
}

/**
 * Draw a tile's picture around a middle. `turn`: degrees against the clock; `thin`: how tall, of 1.
 * @param {Canvas} g @param {string} name @param {number} x @param {number} y @param {number} size @param {number} [turn] @param {number} [thin]
 */
export function stamp(g, name, x, y, size, turn = 0, thin = 1) {
  const place = PLACES.get(name);
  if (place === undefined) return;
  const { width, height, columns } = SHEET, left = (place % columns) * width, top = Math.floor(place / columns) * height;
  if (!turn && thin === 1) return g.drawImage(sheet, left, top, width, width, x - size / 2, y - size / 2, size, size);
  g.save();
  g.translate(x, y);
  g.rotate((-turn * Math.PI) / 180);
  g.drawImage(sheet, left, top, width, width, -size / 2, (-size * thin) / 2, size, size * thin);
  g.restore();
}

/**
 * One cell of a character in a colour.
 * @param {number} character @param {number} colour @param {number} cell
 */
function body(character, colour, cell) {
  const key = `${character} ${colour} ${cell}`, kept = bodies.get(key);
  if (kept) return kept;
  const { width, height, columns } = SHEET, canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width, height];
  const g = /** @type {Canvas} */ (canvas.getContext("2d"));
  /** @param {number} layer */
  const add = (layer) => {
    const place = CELLS.length + ((character % FIGURES) * 2 + layer) * STEPS * WAYS + cell;
    g.drawImage(sheet, (place % columns) * width, Math.floor(place / columns) * height, width, height, 0, 0, width, height);
  };
  add(0);
  g.globalCompositeOperation = "multiply";
  g.fillStyle = colourOf(colour);
  g.fillRect(0, 0, width, height);
  g.globalCompositeOperation = "destination-in";
  add(0);
  g.globalCompositeOperation = "source-over";
  add(1);
  bodies.set(key, canvas);
  return canvas;
}

/**
 * Draw a character; x is its middle, `feet` its lower edge.
 * @param {Canvas} g @param {Look} look @param {number} facing a Direction @param {number} step of its walk, 0 to 3
 * @param {number} x @param {number} feet @param {number} width
 */
export function figure(g, look, facing, step, x, feet, width) {
  const isLeft = facing === 3, cell = (isLeft ? 1 : facing) * STEPS + [0, 1, 0, 2][step & 3];
  const picture = body(look.character, look.colour, cell), height = (width * SHEET.height) / SHEET.width;
  if (!isLeft) return g.drawImage(picture, x - width / 2, feet - height, width, height);
  g.save();
  g.scale(-1, 1);
  g.drawImage(picture, -x - width / 2, feet - height, width, height);
  g.restore();
}

/**
 * Corners of a shape, from -1 to 1: each is a length and a part of a turn.
 * @type {(() => [number, number][])[]}
 */
const SHAPES = [
  () => ring(24, 0.96, 0), () => ring(4, 1.18, 0.125), () => ring(3, 1.1, -0.25), () => ring(4, 1.06, -0.25),
  () => ring(6, 1, 0), () => ring(10, 1.1, -0.25).map(([far, way], n) => [n % 2 ? far * 0.65 : far, way]),
  () => ring(12, 1, 0).map((_, n) => [n % 3 ? 1.09 : 0.62, [0, 0.184, 0.316][n % 3] - 0.125 + Math.floor(n / 3) / 4 + (n % 3 ? -0.125 : 0)]),
  () => ring(20, 0.95, -0.25).map(([far, way], n) => [n ? far : 1.15, way]),
];
/** @param {number} corners @param {number} far @param {number} start @returns {[number, number][]} */
const ring = (corners, far, start) => Array.from({ length: corners }, (_, n) => [far, start + n / corners]);

/**
 * Draw the badge of a slot: its shape in the player's colour, with its letter.
 * @param {Canvas} g @param {number} slot @param {number} colour @param {number} x @param {number} y @param {number} size
 * @param {number} [shape] of which slot the shape is
 */
export function badge(g, slot, colour, x, y, size, shape = slot) {
  for (const [grow, fill] of /** @type {[number, string][]} */ ([[0.5, "#fff"], [0.46, INK], [0.4, colourOf(colour)]])) {
    g.beginPath();
    for (const [far, way] of SHAPES[shape % 8]()) {
      g.lineTo(x + Math.cos(way * 2 * Math.PI) * far * size * grow, y + Math.sin(way * 2 * Math.PI) * far * size * grow);
    }
    g.fillStyle = fill;
    g.fill();
  }
  g.fillStyle = inkOn(colour);
  g.font = `bold ${Math.round(size * 0.56)}px sans-serif`;
  g.textAlign = "center";
  g.textBaseline = "middle";
  g.fillText(LETTERS[slot % LETTERS.length], x, y + size * (shape % 8 === 2 ? 0.1 : 0.04));
}

/**
 * A picture of a player, with the badge.
 * @param {Look} look @param {number} size in pixels @param {number} shape as of `badge`
 */
export function portrait(look, size, shape) {
  const canvas = document.createElement("canvas"), g = /** @type {Canvas} */ (canvas.getContext("2d"));
  canvas.width = canvas.height = size;
  figure(g, look, 0, 0, size / 2, size, size * 0.775);
  badge(g, look.slot, look.colour, size * 0.8, size * 0.8, size * 0.4, shape);
  return canvas;
}
