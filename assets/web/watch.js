// The page that watches: board, players, events and results, as large as the screen allows.
import { Board } from "./board.js";
import { catalogueOf, Line } from "./line.js";
import { Room } from "./room.js";
import { badge, colourOf, figure, loaded, portrait } from "./sprites.js";
import { PHASE } from "./tables.js";
import { tr, translate } from "./words.js";

const FEED_MOST = 5, FEED_TIME = 6000; // lines, and ms that each is shown
const CARD = 128; // pixels of a portrait in the list

/** @param {string} id @returns {any} */
const $ = (id) => document.getElementById(id);
const room = new Room(), board = new Board();
const canvas = /** @type {HTMLCanvasElement} */ ($("board")), g = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
let drawn = "", listed = "", spoken = "";
if (new URLSearchParams(location.search).has("overlay")) document.body.classList.add("overlay");
if (location.pathname === "/stage") document.body.classList.add("stage");

/**
 * Let screen readers say a sentence, once.
 * @param {string} sentence
 */
function speak(sentence) {
  if (sentence && sentence !== spoken) $("spoken").textContent = spoken = sentence;
}

/** @param {string} sentence */
function feed(sentence) {
  const line = document.createElement("li");
  line.textContent = sentence;
  $("feed").append(line);
  while ($("feed").children.length > FEED_MOST) $("feed").firstChild.remove();
  setTimeout(() => line.remove(), FEED_TIME);
}

const line = new Line("/ws/watch", {
  message(message) {
    room.receive(message);
    if (message.kind === "Welcome" && message.words?.includes("relay")) $("join").textContent = ""; // nobody plays here
    if (message.kind === "Events") {
      for (const sentence of message.events.map((/** @type {any} */ one) => room.sentence(one)).filter(Boolean)) {
        feed(sentence);
        speak(sentence);
      }
    } else if (message.kind === "Chat" && message.name) feed(`${message.name}: ${message.text}`);
    else if (message.kind === "Results") speak(room.outcome());
    document.body.classList.remove("lost");
  },
  lost: () => document.body.classList.add("lost"),
});

/** The players: who has won how often, and who is out. */
function list() {
  const looks = room.looks(), seats = room.seats.filter((seat) => seat.plays).map((seat) => looks.get(seat.slot) || seat).sort((one, other) => other.wins - one.wins || one.slot - other.slot);
  const key = JSON.stringify(seats.map((seat) => [seat.slot, seat.name, seat.colour, seat.character, seat.wins, seat.away, room.isAlive(seat.slot) || !!room.results, room.score(seat.slot), room.phase === PHASE.LOBBY && seat.ready]));
  if (key === listed) return;
  listed = key;
  $("players").replaceChildren(...seats.map((seat) => {
    const item = document.createElement("li"), name = document.createElement("b"), wins = document.createElement("span");
    const isOut = !room.isAlive(seat.slot) && !room.results;
    item.className = isOut ? "out" : "";
    item.style.borderColor = colourOf(seat.colour);
    name.textContent = seat.name;
    wins.textContent = `${room.score(seat.slot)} ${"★".repeat(seat.wins)}`;
    wins.ariaLabel = [tr("wins: {count}", { count: seat.wins }), isOut && tr("out"), seat.away && tr("away")].filter(Boolean).join(", ");
    if (room.phase === PHASE.LOBBY && seat.ready) wins.textContent = tr("ready");
    item.append(portrait(seat, CARD, room.shape(seat.slot)), name, wins);
    return item;
  }));
}

function texts() {
  const left = room.secondsLeft(), go = room.secondsToGo(), inLobby = room.phase === PHASE.LOBBY;
  $("time").textContent = left === null ? "" : `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
  $("time").classList.toggle("late", left !== null && left <= 10);
  $("about").textContent = room.world ? tr("Round {number} · first to {wins}", { number: room.round, wins: room.lobby.rounds ? Math.ceil(room.lobby.rounds / 2) : 1 }) : inLobby ? tr("In the lobby") : "";
  const big = go ? (room.phase === PHASE.PLAYING ? String(go) : tr("Get ready")) : room.outcome();
  $("banner").textContent = big || (inLobby ? tr("Next match soon") : "");
  $("banner").className = big && go ? "count" : "";
  if (!room.world && !document.body.classList.contains("lobby")) invite();
  document.body.classList.toggle("lobby", !room.world);
}

/**
 * The players of the next match, walking on the spot.
 * @param {number} now in ms
 */
function lobbyPicture(now) {
  g.clearRect(0, 0, canvas.width, canvas.height);
  const seats = room.seats, columns = Math.ceil(Math.sqrt(seats.length * (canvas.width / canvas.height) * 1.5));
  const rows = Math.ceil(seats.length / Math.max(1, columns)), size = Math.min(canvas.width / (columns + 1), canvas.height / (rows + 0.5) / 1.7, canvas.height / 3);
  seats.forEach((seat, place) => {
    const row = Math.floor(place / columns), inRow = Math.min(columns, seats.length - row * columns);
    const x = canvas.width / 2 + (place % columns - (inRow - 1) / 2) * size * 1.15, y = canvas.height * 0.46 + (row - (rows - 1) / 2) * size * 1.75 + size * 0.4;
    figure(g, seat, 0, Math.floor(now / 125 + place), x, y, size * 0.85);
    badge(g, seat.slot, seat.colour, x + size * 0.34, y - size * 0.1, size * 0.3);
    g.font = `600 ${size * 0.19}px system-ui, sans-serif`;
    g.textAlign = "center";
    g.fillStyle = "#fff6e4";
    g.strokeStyle = "#14121f";
    g.lineJoin = "round";
    g.lineWidth = size * 0.05;
    g.strokeText(seat.name, x, y + size * 0.24, size * 1.1);
    g.fillText(seat.name, x, y + size * 0.24, size * 1.1);
  });
}

/** @param {number} now in ms */
function picture(now) {
  requestAnimationFrame(picture);
  const ratio = devicePixelRatio || 1, width = Math.round(canvas.clientWidth * ratio), height = Math.round(canvas.clientHeight * ratio);
  const { world } = room, key = `${width} ${height} ${world ? `${room.round} ${world.tick} ${room.phase}` : Math.floor(now / 125)} ${room.results?.round}`;
  if (key === drawn) return;
  drawn = key;
  if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
  list();
  texts();
  if (!world || world.tick < 0) return lobbyPicture(now);
  const side = Math.max(4, Math.floor(Math.min(width / world.width, height / world.height)));
  g.clearRect(0, 0, width, height);
  board.draw(g, (width - side * world.width) >> 1, (height - side * world.height) >> 1, side, { world, looks: room.looks(), rules: room.rules, items: room.items });
}

const code = /** @type {HTMLImageElement} */ (document.querySelector("#join img"));
/** Show the QR code for phones, unless they may not join. */
function invite() {
  if (!document.body.classList.contains("overlay")) code.src = `/join.svg?${Date.now()}`;
}
code.onload = code.onerror = (/** @type {any} */ event) => document.body.classList.toggle("joinable", event.type === "load");
if (!/^(localhost|127\.|\[::1\])/.test(location.hostname)) code.alt += `, ${location.host}/j`;
Object.assign(window, { petard: room });
invite();
translate(catalogueOf, () => (drawn = listed = ""));
line.open();
loaded.then(() => requestAnimationFrame(picture));
