// The page that plays a recorded match, which is in the page: pause, speed, any moment, one player or the whole board.
import { Board } from "./board.js";
import { Recording } from "./recording.js";
import { deathWords } from "./room.js";
import { badge, colourOf, loaded, portrait } from "./sprites.js";
import { tr, translate } from "./words.js";
import { TILE } from "./world.js";

const RATE = 60; // ticks a second
const SPEEDS = [0.25, 0.5, 1, 2, 4, 8], NORMAL = 2, HEARD = 2; // the fastest at which what happens is read out
const SKIP = 5 * RATE, LEAD = RATE, SAID = 3 * RATE, OUT = 2 * RATE; // ticks: of a jump, before a kill, that a kill is shown, that one who died is followed
const LONGEST = 0.25; // seconds from one picture to the next: after a stall it does not jump
const NEAR = 9; // tiles across, around the player who is followed
const AREA_MOST = 16e6; // pixels of the board's picture: phones have no larger ones
const LINE = 50, THUMB = 22, TRACK = 34, BADGE = 19; // heights and sizes of the time line, which all grow with the first
const CARD = 128; // pixels of a portrait
const PLAY = "M6 4l14 8-14 8z", PAUSE = "M6 4h4v16H6zM14 4h4v16h-4z";

/** @param {string} id @returns {any} */
const $ = (id) => document.getElementById(id);
/** @param {number} ticks */
const clockText = (ticks) => `${Math.floor(ticks / RATE / 60)}:${String(Math.floor(ticks / RATE) % 60).padStart(2, "0")}`;
/** @param {number} seconds */
const minutes = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

/** @param {string} language @returns {Promise<import("./words.js").Catalogue>} */
const inPage = async (language) => JSON.parse($("words").textContent)[language];

/** @returns {Promise<[import("./recording.js").Outline, Uint8Array]>} */
async function content() {
  const letters = atob($("stream").textContent), zip = new Uint8Array(letters.length);
  for (let at = 0; at < zip.length; at++) zip[at] = letters.charCodeAt(at);
  const unpacker = new DecompressionStream("deflate"), writer = unpacker.writable.getWriter(); // a Blob would be read through another process
  const [unpacked] = await Promise.all([new Response(unpacker.readable).arrayBuffer(), writer.write(zip), writer.close()]);
  return [JSON.parse($("outline").textContent), new Uint8Array(unpacked)];
}

class PageReplay {
  board = new Board();
  moment = 0;
  speed = NORMAL;
  followed = -1; // a slot; -1: the whole board
  isPlaying = !matchMedia("(prefers-reduced-motion: reduce)").matches;
  then = 0; // ms, of the last picture
  drawn = "";
  listed = "";
  spoken = "";
  wide = 0; // of the window, when the list was scrolled last

  /** @param {import("./recording.js").Outline} outline @param {Uint8Array} stream */
  constructor(outline, stream) {
    this.outline = outline;
    this.recording = new Recording(outline, stream);
    this.room = this.recording.room;
    this.canvas = /** @type {HTMLCanvasElement} */ ($("board"));
    this.g = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d"));
    /** @type {{moment: number, words: string, slot: number, colour: number}[]} */
    this.kills = outline.kills.map(([moment, slot, by, name, other, colour]) => ({ moment, slot, colour, words: deathWords(by === slot ? 0 : by < 0 ? -1 : 1, name, other) }));
    $("at").max = outline.length;
    $("about").textContent = outline.about.replaceAll("-", "\u2011"); // a date is one word
    this.#list();
    this.#buttons();
    this.#texts();
  }

  // What a person does

  toggle() {
    if (!this.isPlaying && this.moment >= this.outline.length) this.seek(0);
    this.isPlaying = !this.isPlaying;
    if (!this.isPlaying) this.moment = Math.floor(this.moment);
  }

  /** @param {number} moment */
  seek(moment) {
    this.moment = Math.max(0, Math.min(this.outline.length, moment));
  }

  /** @param {number} ticks */
  step(ticks) {
    this.isPlaying = false;
    this.seek(Math.floor(this.moment) + ticks);
  }

  /** @param {number} by */
  faster(by) {
    this.speed = Math.max(0, Math.min(SPEEDS.length - 1, this.speed + by));
  }

  /**
   * To a little before a kill.
   * @param {number} way 1: the next one, -1: the one before
   */
  kill(way) {
    const starts = this.kills.map(({ moment }) => this.#before(moment)), now = this.moment - (way < 0 && this.isPlaying ? RATE * 0.75 * SPEEDS[this.speed] : 0);
    const found = way > 0 ? starts.find((start) => start > now) : starts.reverse().find((start) => start < now);
    if (found !== undefined) this.seek(found);
  }

  /**
   * Where to begin to watch a kill.
   * @param {number} moment
   */
  #before(moment) {
    const [began] = this.outline.rounds.filter(([start]) => start <= moment).pop() || [0];
    return Math.max(began, moment - LEAD);
  }

  /** The slots that play in this round. */
  slots() {
    return [...(this.room.world?.tables.players?.keys() || [])].sort((one, other) => one - other);
  }

  /** @param {number} slot */
  follow(slot) {
    this.followed = slot === this.followed ? -1 : slot;
  }

  followNext() {
    this.followed = this.slots().find((slot) => slot > this.followed) ?? -1;
  }

  #buttons() {
    const all = { play: () => this.toggle(), last: () => this.kill(-1), next: () => this.kill(1), slower: () => this.faster(-1), faster: () => this.faster(1), follow: () => this.followNext() };
    for (const [id, action] of Object.entries(all)) $(id).onclick = action;
    $("at").oninput = () => this.seek(+$("at").value);
    this.canvas.onclick = () => this.toggle();
    /** @type {{[key: string]: () => void}} */
    const keys = {
      " ": all.play, k: all.play, p: all.last, PageUp: all.last, n: all.next, PageDown: all.next, "-": all.slower, "+": all.faster, "=": all.faster, f: all.follow,
      ArrowLeft: () => this.seek(this.moment - SKIP), ArrowRight: () => this.seek(this.moment + SKIP), ",": () => this.step(-1), ".": () => this.step(1),
      Home: () => this.seek(0), End: () => this.seek(this.outline.length), Escape: () => this.follow(this.followed),
    };
    document.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      if (event.key === " " && event.target instanceof HTMLButtonElement) return; // the button takes it
      const digit = /^\d$/.test(event.key) ? +event.key : -1, action = keys[event.key.length > 1 ? event.key : event.key.toLowerCase()];
      if (digit >= 0) this.followed = digit ? this.slots()[digit - 1] ?? -1 : -1;
      else if (action) action();
      else return;
      event.preventDefault();
    });
  }

  // What is shown

  /** The kills, rounds and bookmarks, each a button that leads to it. */
  #list() {
    const { rounds, marks } = this.outline;
    const entries = [
      ...rounds.map(([moment, number]) => ({ moment, start: moment, words: tr("Round {number}", { number }), kind: "round", colour: "" })),
      ...this.kills.map(({ moment, words, colour }) => ({ moment, start: this.#before(moment), words, kind: "kill", colour: colourOf(colour) })),
      ...marks.map(([moment, words]) => ({ moment, start: moment, words, kind: "mark", colour: "" })),
    ].sort((one, other) => one.moment - other.moment);
    this.entries = entries.map(({ moment, start, words, kind, colour }) => {
      const item = document.createElement("li"), button = document.createElement("button"), time = document.createElement("time"), text = document.createElement("span");
      [time.textContent, text.textContent, button.className, button.style.borderColor] = [clockText(moment), words, kind, colour];
      button.onclick = () => this.seek(start);
      button.append(time, text);
      item.append(button);
      $("list").append(item);
      return { moment, start, button };
    });
  }

  /** The players: who has won how often, and who is out; a button to follow each. */
  #players() {
    const { room } = this, looks = room.looks(), slots = this.slots(), isOver = !!room.results;
    const seats = room.seats.filter((seat) => slots.includes(seat.slot)).map((seat) => looks.get(seat.slot) || seat).sort((one, other) => other.wins - one.wins || one.slot - other.slot);
    const key = JSON.stringify([this.followed, ...seats.map((seat) => [seat.slot, seat.name, seat.colour, seat.character, seat.wins, room.isAlive(seat.slot) || isOver, room.score(seat.slot), room.shape(seat.slot)])]);
    if (key === this.listed) return;
    this.listed = key;
    const focused = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset.slot;
    $("players").replaceChildren(...seats.map((seat) => {
      const item = document.createElement("li"), button = document.createElement("button"), name = document.createElement("b"), wins = document.createElement("span");
      const isOut = !room.isAlive(seat.slot) && !isOver;
      button.className = isOut ? "out" : "";
      button.style.borderColor = colourOf(seat.colour);
      button.dataset.slot = String(seat.slot);
      button.ariaPressed = String(seat.slot === this.followed);
      button.onclick = () => this.follow(seat.slot);
      name.textContent = seat.name;
      wins.textContent = `${room.score(seat.slot)} ${"★".repeat(seat.wins)}`;
      button.ariaLabel = [seat.name, room.score(seat.slot), tr("wins: {count}", { count: seat.wins }), isOut && tr("out")].filter(Boolean).join(", ");
      button.append(portrait(seat, CARD, room.shape(seat.slot)), name, wins);
      item.append(button);
      return item;
    }));
    if (focused) /** @type {HTMLElement | null} */ (document.querySelector(`[data-slot="${focused}"]`))?.focus();
  }

  #texts() {
    const { room, moment } = this, left = room.secondsLeft(), go = room.secondsToGo(), whole = this.outline.length;
    $("time").textContent = left === null ? "" : minutes(left);
    $("time").className = left !== null && left <= 10 ? "late" : "";
    $("banner").textContent = go || room.outcome();
    $("banner").className = go ? "count" : "";
    const kill = this.kills.filter((one) => one.moment <= moment).pop();
    $("said").textContent = kill && moment - kill.moment < SAID ? kill.words : "";
    $("clock").textContent = `${clockText(moment)} / ${clockText(whole)}`;
    $("at").value = moment;
    $("at").ariaValueText = tr("{time} of {whole}, round {number}", { time: clockText(moment), whole: clockText(whole), number: room.round });
    $("speed").textContent = `${SPEEDS[this.speed]}×`;
    $("follow").textContent = this.followed < 0 ? tr("Whole board") : room.name(this.followed);
    $("follow").ariaLabel = this.followed < 0 ? tr("Follow: nobody, the whole board is shown") : tr("Follow: {name}", { name: room.name(this.followed) });
    const here = this.entries?.filter((one) => one.moment <= moment).pop()?.button;
    if (here?.classList.contains("here") && this.wide === innerWidth) return;
    this.wide = innerWidth;
    document.querySelector(".here")?.classList.remove("here");
    here?.classList.add("here");
    here?.scrollIntoView({ block: "nearest" });
  }

  #playButton() {
    const name = this.isPlaying ? tr("Pause") : this.moment >= this.outline.length ? tr("Play again") : tr("Play the match");
    if ($("play").ariaLabel === name) return;
    $("play").ariaLabel = name;
    document.querySelector("#play path")?.setAttribute("d", this.isPlaying ? PAUSE : PLAY);
  }

  /**
   * The line below the slider's thumb, with rounds and kills.
   * @param {number} ratio
   */
  #marks(ratio) {
    const canvas = $("marks"), scale = canvas.clientHeight / LINE, width = canvas.clientWidth / scale, g = canvas.getContext("2d"), whole = Math.max(1, this.outline.length);
    [canvas.width, canvas.height] = [canvas.clientWidth * ratio, canvas.clientHeight * ratio];
    g.scale(scale * ratio, scale * ratio);
    /** @param {number} moment */
    const x = (moment) => THUMB / 2 + (moment / whole) * (width - THUMB);
    g.fillStyle = "#363258";
    g.fillRect(x(0), TRACK - 3, x(whole) - x(0), 6);
    g.fillStyle = "#ffbe42";
    g.fillRect(x(0), TRACK - 3, x(this.moment) - x(0), 6);
    for (const [moment] of this.outline.rounds) g.fillRect(x(moment) - 1, TRACK - 9, 2, 18);
    for (const { moment, slot, colour } of this.kills) {
      g.fillStyle = "#fff6e4";
      g.fillRect(x(moment) - 0.75, TRACK - 14, 1.5, 16);
      badge(g, slot, colour, x(moment), TRACK - 23, BADGE);
    }
  }

  /**
   * Where the board is drawn: the size of a tile, and the left upper corner, in pixels.
   * @returns {[number, number, number]}
   */
  #camera() {
    const { canvas, room } = this, { width, height, tables, tick } = /** @type {import("./world.js").World} */ (room.world);
    const body = tables.players.get(this.followed), whole = Math.max(4, Math.floor(Math.min(canvas.width / width, canvas.height / height)));
    const isFollowed = body && !tables.back.has(this.followed) && (body.died_at < 0 || tick - body.died_at < OUT);
    const near = Math.floor(Math.min(canvas.width / NEAR, canvas.height / NEAR, Math.sqrt(AREA_MOST / (width * height))));
    if (!isFollowed || near <= whole) return [whole, (canvas.width - whole * width) >> 1, (canvas.height - whole * height) >> 1];
    /** @param {number} place @param {number} tiles @param {number} room in pixels */
    const corner = (place, tiles, room) => (tiles * near <= room ? (room - tiles * near) >> 1 : Math.round(Math.max(room - tiles * near, Math.min(0, room / 2 - (place / TILE) * near))));
    return [near, corner(body.x, width, canvas.width), corner(body.y, height, canvas.height)];
  }

  /** @param {import("./room.js").Event[]} events */
  #speak(events) {
    for (const sentence of [...events.map((event) => this.room.sentence(event)), this.room.outcome()]) {
      if (sentence && sentence !== this.spoken) $("spoken").textContent = this.spoken = sentence;
    }
  }

  /** @param {number} now in ms */
  picture(now) {
    requestAnimationFrame((later) => this.picture(later));
    if (this.isPlaying) this.seek(this.moment + Math.min(LONGEST, (now - this.then) / 1000) * RATE * SPEEDS[this.speed]);
    this.then = now;
    if (this.moment >= this.outline.length) this.isPlaying = false;
    const { canvas, g, room } = this, ratio = devicePixelRatio || 1, width = Math.round(canvas.clientWidth * ratio), height = Math.round(canvas.clientHeight * ratio);
    const key = `${Math.floor(this.moment)} ${width} ${height} ${this.followed} ${this.speed} ${innerWidth} ${this.isPlaying}`;
    if (key === this.drawn) return;
    this.drawn = key;
    const events = this.recording.seek(this.moment);
    if (this.isPlaying && SPEEDS[this.speed] <= HEARD) this.#speak(events);
    if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
    this.#players();
    this.#texts();
    this.#playButton();
    this.#marks(ratio);
    g.clearRect(0, 0, width, height);
    if (!room.world) return;
    const [side, left, top] = this.#camera();
    this.board.draw(g, left, top, side, { world: room.world, looks: room.looks(), rules: room.rules, items: room.items });
  }
}

if (typeof DecompressionStream === "undefined") translate(inPage, () => ($("problem").textContent = tr("This browser is too old to play the match in this page. Those from 2023 on can.")));
else if (!$("outline")) translate(inPage, () => ($("problem").textContent = tr("There is no match in this page.")));
else Promise.all([content(), translate(inPage, () => {})]).then(async ([[outline, stream]]) => {
  const replay = new PageReplay(outline, stream); // while the pictures are unpacked
  await loaded;
  replay.then = performance.now();
  replay.picture(replay.then);
  Object.assign(window, { petard: replay, loadedAt: performance.now() });
});
