// The board of a round on a canvas, at the tick of its state.
import { FLOORS, MODES, THEMES } from "./tables.js";
import { badge, colourOf, figure, has, stamp } from "./sprites.js";
import { TILE } from "./world.js";

/** @typedef {import("./world.js").World} World */
/** @typedef {import("./sprites.js").Canvas} Canvas */
/** @typedef {import("./sprites.js").Look} Look */
/** @typedef {{world: World, looks: Map<number, Look & {name: string}>, rules: {[name: string]: number}, items: Map<number, string>}} Scene */

const FLAMES = ["centre 0", "middle 0", "middle 90", "end 90", "end 0", "end 270", "end 180"]; // by shape
const SINK = 9; // ticks in which a flame shrinks
const GHOST = 45; // ticks that one who died is seen
const STEP_X = [0, 1, 0, -1], STEP_Y = [1, 0, -1, 0];

/**
 * Where a cart is on the rim, in sub-units.
 * @param {World} world @param {number} place
 */
function rimPosition({ width, height }, place) {
  const right = (width - 1) * TILE, bottom = (height - 1) * TILE, whole = 2 * (right + bottom);
  let at = ((place % whole) + whole) % whole, side = 0;
  for (const length of [right, bottom, right]) {
    if (at < length) break;
    at -= length;
    side++;
  }
  const [x, y] = [[at, 0], [right, at], [right - at, bottom], [0, bottom - at]][side];
  return { x: x + TILE / 2, y: y + TILE / 2, facing: [0, 3, 2, 1][side] };
}

/** Draws one board after the other; floor, walls and bricks are kept in a picture of their own. */
export class Board {
  /** @type {(string | undefined)[]} what is painted on each tile */
  #painted = [];
  #ground = document.createElement("canvas");
  #shape = "";

  /**
   * Draw a scene into a box of the canvas.
   * @param {Canvas} g @param {number} left @param {number} top @param {number} side pixels of a tile @param {Scene} scene
   */
  draw(g, left, top, side, scene) {
    this.#paintGround(side, scene.world);
    g.drawImage(this.#ground, left, top);
    g.save();
    g.translate(left, top);
    const pen = new Brush(g, side, scene);
    pen.flat();
    pen.standing();
    pen.names();
    g.restore();
  }

  /** @param {number} side @param {World} world */
  #paintGround(side, world) {
    const { width, height, tables } = world, theme = THEMES[tables.floors.get(0)?.floor ?? 0] ?? "";
    const shape = `${width} ${height} ${side} ${theme}`;
    if (shape !== this.#shape) {
      [this.#shape, this.#painted] = [shape, []];
      [this.#ground.width, this.#ground.height] = [width * side, height * side];
    }
    const g = /** @type {Canvas} */ (this.#ground.getContext("2d"));
    world.tiles.forEach((kind, tile) => {
      const floor = tile ? tables.floors.get(tile)?.floor ?? 0 : 0, isShaded = tile >= width && (world.tiles[tile - width] === 1 || world.tiles[tile - width] === 2);
      const look = `${kind} ${floor} ${isShaded}`;
      if (look === this.#painted[tile]) return;
      this.#painted[tile] = look;
      const column = tile % width, row = Math.floor(tile / width), x = (column + 0.5) * side, y = (row + 0.5) * side;
      /** @param {string} name @param {number} [turn] */
      const put = (name, turn) => stamp(g, theme && has(`${theme}-${name}`) ? `${theme}-${name}` : name, x, y, side, turn);
      put(`floor-${(column + row) % 2}`);
      if (kind === 1 || kind === 2) return put(kind === 1 ? "wall" : "brick");
      if (floor) {
        const [sign, turn] = (FLOORS[floor] || "sign-unknown 0").split(" ");
        put(sign, +turn);
      }
      if (isShaded) {
        g.fillStyle = "rgba(20,16,40,.35)";
        g.fillRect(column * side, row * side, side, side * 0.14);
      }
    });
  }
}

/** What is drawn on the ground in one picture. */
class Brush {
  /** @param {Canvas} g @param {number} side @param {Scene} scene */
  constructor(g, side, { world, looks, rules, items }) {
    this.g = g;
    this.side = side;
    this.world = world;
    this.looks = looks;
    this.rules = rules;
    this.items = items;
    this.tick = world.tick;
    /** @type {{slot: number, x: number, y: number, p: import("./world.js").Row, rides: boolean}[]} */
    this.bodies = [];
  }

  /**
   * The middle of a tile, in pixels.
   * @param {number} tile @returns {[number, number]}
   */
  middle(tile) {
    return [((tile % this.world.width) + 0.5) * this.side, (Math.floor(tile / this.world.width) + 0.5) * this.side];
  }

  /** What lies on the ground. */
  flat() {
    const { g, side, tick, world } = this, { marks, breaking, items, flames } = world.tables;
    for (const [tile, { mark }] of marks) {
      const [x, y] = this.middle(tile), look = this.looks.get(mark);
      if (this.rules.mode === MODES.crown) stamp(g, "crown", x, y, side * 0.8);
      else if (look && !world.tiles[tile]) {
        g.fillStyle = `${colourOf(look.colour)}80`;
        g.fillRect(x - side / 2, y - side / 2, side, side);
      }
    }
    const theme = THEMES[world.tables.floors.get(0)?.floor ?? 0];
    for (const [tile, { until }] of breaking) {
      const frame = Math.max(0, Math.min(3, 3 - Math.floor(((until - tick) / this.rules.flame) * 4)));
      stamp(g, `${theme ? `${theme}-` : ""}brick-break-${frame}`, ...this.middle(tile), side);
    }
    for (const [tile, { item }] of items) this.item(tile, item);
    for (const [tile, { until, shape }] of flames) {
      const left = until - tick, [name, turn] = (FLAMES[shape] ?? FLAMES[0]).split(" ");
      const frame = left > this.rules.flame - 4 ? 0 : 1 + (Math.floor(left / 4) % 2);
      stamp(g, `flame-${name}-${left < SINK ? 2 : frame}`, ...this.middle(tile), side + 1, +turn, left < SINK && shape ? Math.max(0.2, left / SINK) : 1);
    }
  }

  /** @param {number} tile @param {number} item */
  item(tile, item) {
    const { g, side } = this, [x, middle] = this.middle(tile), name = this.items.get(item) || "?";
    const y = middle + side * 0.05 * Math.sin(this.tick / 12 + tile);
    if (has(`item-${name}`)) return stamp(g, `item-${name}`, x, y, side);
    g.fillStyle = "#fff6e4";
    g.fillRect(x - side * 0.35, y - side * 0.35, side * 0.7, side * 0.7);
    this.text(name[0].toUpperCase(), x, y, side * 0.5, "#1e1a2e");
  }

  /** Bombs and bodies, from the back to the front. */
  standing() {
    const { world, tick } = this, { players, bombs, back } = world.tables;
    /** @type {[number, () => void][]} */
    const all = [];
    for (const bomb of bombs.values()) all.push([bomb.y - 1, () => this.bomb(bomb)]);
    for (const [slot, p] of players) {
      const rides = p.died_at >= 0 && p.rim >= 0;
      if (back.has(slot) || (p.died_at >= 0 && !rides && tick - p.died_at > GHOST)) continue;
      const speed = (p.rim_way * this.rules.cart_speed) / 60;
      const place = rides ? rimPosition(world, Math.floor(p.rim + speed * Math.max(0, tick - p.rim_from))) : { x: p.x, y: p.y, facing: p.facing };
      const one = { slot, x: (place.x / TILE) * this.side, y: (place.y / TILE) * this.side, p: { ...p, facing: place.facing }, rides };
      this.bodies.push(one);
      all.push([place.y, () => this.body(one)]);
    }
    all.sort((one, other) => one[0] - other[0]).forEach(([, draw]) => draw());
  }

  /** @param {import("./world.js").Row} bomb */
  bomb(bomb) {
    const { g, side, tick } = this, left = bomb.blows_at - tick, isRed = left <= 30;
    let x = (bomb.x / TILE) * side, y = (bomb.y / TILE) * side;
    const look = this.looks.get(bomb.owner);
    if (bomb.flies >= 0) {
      const far = Math.max(0, bomb.lands_at - tick), tiles = bomb.soars ? (far / this.rules.cart_flight) * bomb.soars : far / 8;
      stamp(g, "landing", x, y, side);
      x -= STEP_X[bomb.flies] * tiles * side;
      y -= STEP_Y[bomb.flies] * tiles * side + Math.sin(Math.min(1, far / 24) * Math.PI) * side * 0.6;
    } else if (bomb.held_by >= 0) y -= side * 0.75;
    else {
      g.strokeStyle = isRed ? "#ff4a3c" : "#5c101e";
      g.lineWidth = side * 0.08;
      g.beginPath();
      g.arc(x, y, side * 0.46, -Math.PI / 2, -Math.PI / 2 + Math.max(0, left / this.rules.fuse) * 2 * Math.PI);
      g.stroke();
    }
    const size = side * (1 + 0.07 * Math.sin(left / (isRed ? 2.5 : 6)));
    stamp(g, isRed && left % 10 < 5 ? "bomb-3" : "bomb-1", x, y, size);
    if (!look || isRed) return;
    g.fillStyle = colourOf(look.colour);
    g.beginPath();
    g.arc(x - side * 0.03, y + side * 0.1, side * 0.15, 0, 7);
    g.fill();
    g.strokeStyle = "#fff";
    g.lineWidth = side * 0.035;
    g.stroke();
  }

  /** @param {{slot: number, x: number, y: number, p: import("./world.js").Row, rides: boolean}} one */
  body({ slot, x, y, p, rides }) {
    const { g, side, tick } = this, look = this.looks.get(slot) || { slot, colour: slot, character: slot };
    const isDead = p.died_at >= 0 && !rides, gone = isDead ? (tick - p.died_at) / GHOST : 0;
    const feet = y + side * (rides ? 0.2 : 0.42) - gone * side;
    g.globalAlpha = isDead ? Math.max(0, 0.9 - gone) : p.keys & 32 ? 0.5 : !rides && p.safe_until > tick && tick % 12 < 4 ? 0.55 : 1;
    figure(g, look, p.facing, p.walking && !rides ? Math.floor(tick / 7.5) : 0, x, feet, side * 1.02);
    if (rides) stamp(g, "cart", x, y + side * 0.12, side);
    g.globalAlpha = 1;
    if (isDead) return;
    if (p.shields || p.safe_until > tick) stamp(g, "bubble", x, y - side * 0.15, side * 1.3);
    if (p.ill && p.ill_until > tick) stamp(g, `ill-${Math.floor(tick / 15) % 2}`, x, y - side * 0.1, side * 1.45);
    if (this.rules.mode === MODES.crown && this.world.tables.sides.has(slot)) stamp(g, "crown", x, feet - side * 1.25, side * 0.62);
    if (this.rules.health_most > 1) this.health(x, feet - side * 1.3, p.health / this.rules.health_most);
  }

  /** @param {number} x @param {number} y @param {number} part */
  health(x, y, part) {
    const { g, side } = this;
    g.fillStyle = "#1e1a2e";
    g.fillRect(x - side * 0.42, y, side * 0.84, side * 0.14);
    g.fillStyle = part > 0.35 ? "#68d082" : "#ff8478";
    g.fillRect(x - side * 0.4, y + side * 0.02, side * 0.8 * Math.min(1, part), side * 0.1);
  }

  /** A plate with badge and name below each body that lives. */
  names() {
    const { g, side } = this, size = Math.max(10, side * 0.3);
    for (const { slot, x, y, p } of this.bodies) {
      const look = this.looks.get(slot);
      if (!look || (p.died_at >= 0 && p.rim < 0)) continue;
      g.font = `600 ${size}px system-ui, sans-serif`;
      const name = look.name, width = g.measureText(name).width + size * 2.2, high = size * 1.35;
      const left = Math.max(2, Math.min(this.world.width * side - width - 2, x - width / 2));
      const top = Math.min(this.world.height * side - high, y + side * 0.46);
      g.fillStyle = "rgba(20,18,31,.78)";
      g.beginPath();
      g.roundRect(left, top, width, high, high / 2);
      g.fill();
      const shape = this.rules.mode === MODES.teams ? this.world.tables.sides.get(slot)?.side : slot;
      badge(g, slot, look.colour, left + high * 0.6, top + high / 2, high * 0.9, shape);
      g.textAlign = "left";
      this.text(name, left + size * 1.65, top + high * 0.53, size, "#fff6e4", "left");
    }
  }

  /** @param {string} text @param {number} x @param {number} y @param {number} size @param {string} colour @param {CanvasTextAlign} [align] */
  text(text, x, y, size, colour, align = "center") {
    const { g } = this;
    g.font = `600 ${size}px system-ui, sans-serif`;
    g.textAlign = align;
    g.textBaseline = "middle";
    g.fillStyle = colour;
    g.fillText(text, x, y);
  }
}
