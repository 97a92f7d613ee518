// Where a board is drawn: the whole of it, or near what is followed; the picture glides from one to the other.
import { TILE } from "./world.js";

const AREA_MOST = 16e6; // pixels of the board's picture: phones have no larger ones
const GLIDE = 200; // ms in which it goes 63 % of the way that is left
const LEAVE = 120; // ticks that one who died is followed
export const NEAR = 9; // tiles across, around what is followed

/** @typedef {{x: number, y: number, across: number}} Focus a middle, and how much around it is seen, in tiles */

/**
 * What to show of a player: null if that is the whole board.
 * @param {import("./world.js").World} world
 * @param {number} slot
 * @returns {Focus | null}
 */
export function focusOn({ tables, tick }, slot) {
  const body = tables.players?.get(slot);
  if (!body || tables.back.has(slot) || (body.died_at >= 0 && tick - body.died_at >= LEAVE)) return null;
  return { x: body.x / TILE, y: body.y / TILE, across: NEAR };
}

export class Camera {
  #still = matchMedia("(prefers-reduced-motion: reduce)");
  side = 0; // pixels of a tile
  #x = 0; // the middle, in tiles
  #y = 0;
  #shape = "";
  moves = false; // it has not arrived yet

  /**
   * @param {import("./board.js").Board} board
   * @param {CanvasRenderingContext2D} g
   * @param {import("./board.js").Scene} scene
   * @param {Focus | null} focus
   * @param {number} passed ms since the last picture
   */
  draw(board, g, scene, focus, passed) {
    const { width, height } = g.canvas, { world } = scene;
    const whole = Math.max(4, Math.floor(Math.min(width / world.width, height / world.height)));
    const most = Math.max(whole, Math.floor(Math.min(width / NEAR, height / NEAR, Math.sqrt(AREA_MOST / (world.width * world.height)))));
    const side = focus ? Math.max(whole, Math.min(most, Math.min(width, height) / focus.across)) : whole;
    this.#go(side, ...this.#middle(side, g.canvas, world, focus), `${width} ${height} ${world.width} ${world.height}`, passed);
    const isWhole = this.side === whole, painted = isWhole ? whole : most, scale = this.side / painted;
    const left = width / 2 - this.#x * this.side, top = height / 2 - this.#y * this.side;
    g.clearRect(0, 0, width, height);
    g.setTransform(scale, 0, 0, scale, isWhole ? Math.floor(left) : left, isWhole ? Math.floor(top) : top);
    board.draw(g, 0, 0, painted, scene);
    g.resetTransform();
  }

  /**
   * The middle to go to.
   * @param {number} side @param {HTMLCanvasElement} canvas @param {import("./world.js").World} world @param {Focus | null} focus
   * @returns {[number, number]}
   */
  #middle(side, canvas, world, focus) {
    /** @param {number} place @param {number} tiles @param {number} half */
    const near = (place, tiles, half) => (half * 2 >= tiles ? tiles / 2 : Math.max(half, Math.min(tiles - half, place)));
    return [near(focus?.x ?? 0, world.width, canvas.width / side / 2), near(focus?.y ?? 0, world.height, canvas.height / side / 2)];
  }

  /** @param {number} side @param {number} x @param {number} y @param {string} shape of the picture @param {number} passed */
  #go(side, x, y, shape, passed) {
    const far = Math.max(Math.abs(side - this.side), Math.abs(x - this.#x) * side, Math.abs(y - this.#y) * side);
    this.moves = shape === this.#shape && !this.#still.matches && far >= 1;
    const part = this.moves ? 1 - Math.exp(-passed / GLIDE) : 1;
    this.#shape = shape;
    this.side += (side - this.side) * part;
    this.#x += (x - this.#x) * part;
    this.#y += (y - this.#y) * part;
    if (part === 1) [this.side, this.#x, this.#y] = [side, x, y];
  }
}
