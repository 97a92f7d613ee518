// Fingers on the glass: a stick that floats to where the thumb is, and a bomb button, at the same time.
import { BOMB, DOWN, LEFT, RIGHT, UP } from "./keys.js";

const DEAD = 0.22, REACH = 1; // of the radius: no direction within it; the stick follows beyond it
const KEEP = 1.3; // so much longer must the other axis be before the direction changes
/**
 * For those who open this page on a laptop.
 * @type {{[code: string]: number}}
 */
const BOARD = { ArrowUp: UP, ArrowDown: DOWN, ArrowLeft: LEFT, ArrowRight: RIGHT, Space: BOMB };

/**
 * The direction of a stick that is moved by x and y.
 * @param {number} x @param {number} y @param {number} before the keys of its last direction
 */
export function direction(x, y, before) {
  const across = Math.abs(x) * (before & (LEFT | RIGHT) ? KEEP : 1), down = Math.abs(y) * (before & (UP | DOWN) ? KEEP : 1);
  if (Math.hypot(x, y) < DEAD) return 0;
  if (across > down) return x < 0 ? LEFT : RIGHT;
  return y < 0 ? UP : DOWN;
}

/**
 * Watch both places; `onKeys` gets the keys that are held whenever they change.
 * @param {HTMLElement} stickPlace @param {HTMLElement} stick drawn as a ring with a knob in it @param {HTMLElement} bombPlace @param {(keys: number) => void} onKeys
 */
export function watchFingers(stickPlace, stick, bombPlace, onKeys) {
  const knob = /** @type {HTMLElement} */ (stick.firstElementChild);
  /** @type {number | null} */
  let thumb = null;
  let middle = { x: 0, y: 0 }, way = 0;
  /** @type {Set<number>} */
  const bombs = new Set(), pressed = new Set();
  const tell = () => {
    bombPlace.classList.toggle("down", bombs.size > 0);
    onKeys([...pressed].reduce((all, key) => all | key, way | (bombs.size ? BOMB : 0)));
  };
  /** @param {PointerEvent} event */
  const aim = (event) => {
    const radius = stick.offsetWidth / 2;
    let x = (event.clientX - middle.x) / radius, y = (event.clientY - middle.y) / radius;
    const far = Math.hypot(x, y);
    if (far > REACH) {
      middle = { x: middle.x + x * radius * (1 - REACH / far), y: middle.y + y * radius * (1 - REACH / far) };
      [x, y] = [(x * REACH) / far, (y * REACH) / far];
    }
    const box = stickPlace.getBoundingClientRect();
    stick.style.left = `${middle.x - box.x}px`;
    stick.style.top = `${middle.y - box.y}px`;
    knob.style.transform = `translate(${x * radius * 0.6}px,${y * radius * 0.6}px)`;
    way = direction(x, y, way);
    tell();
  };
  const letGo = () => {
    thumb = null;
    way = 0;
    stick.style.left = stick.style.top = knob.style.transform = "";
    stickPlace.classList.remove("down");
    tell();
  };
  // A pointerdown keeps its default: Firefox tells less of a second finger when that of the first is prevented.
  stickPlace.addEventListener("pointerdown", (event) => {
    if (thumb !== null) return;
    thumb = event.pointerId;
    stickPlace.setPointerCapture(thumb);
    stickPlace.classList.add("down");
    middle = { x: event.clientX, y: event.clientY };
    aim(event);
  });
  stickPlace.addEventListener("pointermove", (event) => event.pointerId === thumb && aim(event));
  bombPlace.addEventListener("pointerdown", (event) => {
    bombPlace.setPointerCapture(event.pointerId);
    bombs.add(event.pointerId);
    tell();
  });
  for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) {
    addEventListener(end, (event) => {
      const { pointerId } = /** @type {PointerEvent} */ (event);
      if (pointerId === thumb) letGo();
      if (bombs.delete(pointerId)) tell();
    }, true);
  }
  for (const kind of ["keydown", "keyup"]) {
    addEventListener(kind, (event) => {
      const { code } = /** @type {KeyboardEvent} */ (event);
      if (!(code in BOARD) || /** @type {Element} */ (event.target).closest("button, input")) return;
      if (kind === "keydown") pressed.add(BOARD[code]);
      else pressed.delete(BOARD[code]);
      tell();
    });
  }
  const all = () => {
    bombs.clear();
    pressed.clear();
    letGo();
  };
  addEventListener("blur", all);
  document.addEventListener("visibilitychange", () => document.hidden && all());
  addEventListener("contextmenu", (event) => event.preventDefault());
}
