// The page that watches: board, players, events and results, as large as the screen allows.
import { Board } from "./board.js";
import { Camera, focusOn } from "./camera.js";
import { arrive, Elsewhere } from "./elsewhere.js";
import { catalogueOf, Line } from "./line.js";
import { Room } from "./room.js";
import { badge, colourOf, figure, loaded, portrait } from "./sprites.js";
import { PHASE } from "./tables.js";
import { tr, translate } from "./words.js";

const FEED_MOST = 5, FEED_TIME = 6000; // lines, and ms that each is shown
const MANY = 8, CROWD = 10; // players, from which on the list is smaller
const CARD = 128; // pixels of a portrait in the list

/** @param {string} id @returns {any} */
const $ = (id) => document.getElementById(id);
arrive();
const elsewhere = new Elsewhere();
const room = new Room(), board = new Board(), camera = new Camera(), params = new URLSearchParams(location.search);
const canvas = /** @type {HTMLCanvasElement} */ ($("board")), g = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
let drawn = "", listed = "", spoken = "", then = 0; // then: ms, of the last picture
let followed = params.get("follow")?.trim().toLowerCase() ?? ""; // the name of a player in small letters; "": the whole board
/** @type {import("./stage.js").Stage | undefined} */
let stage;
/** @type {import("./sounds.js").Sounds | undefined} */
let sounds;
if (params.has("overlay")) document.body.classList.add("overlay");
if (location.pathname === "/stage") {
  document.body.classList.add("stage");
  import("./stage.js").then(({ Stage }) => (stage = new Stage(room)));
}

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
    elsewhere.receive(message);
    stage?.receive(message);
    sounds?.receive(message, room);
    if (message.kind === "Welcome" && message.words?.includes("relay")) $("join").textContent = ""; // nobody plays here
    if (message.kind === "Events") {
      for (const sentence of message.events.map((/** @type {any} */ one) => room.sentence(one)).filter(Boolean)) {
        feed(sentence);
        speak(sentence);
      }
    } else if (message.kind === "Chat" && message.name) feed(`${message.name}: ${message.text}`);
    else if (message.kind === "Results") speak([room.outcome(), leads()].filter(Boolean).join(". "));
    document.body.classList.remove("lost");
  },
  lost() {
    document.body.classList.add("lost");
    elsewhere.look();
  },
});

/**
 * Follow a player, or nobody if it is that one already.
 * @param {string} [name]
 */
function follow(name = "") {
  const wanted = name.toLowerCase();
  followed = wanted === followed ? "" : wanted;
  drawn = "";
}

/** The slot of the player who is followed; -1: nobody. */
const followedSlot = () => room.seats.find((seat) => seat.name.toLowerCase() === followed)?.slot ?? -1;

/** Who has won more rounds than all others, as a sentence; "" if nobody has, or the match is over. */
function leads() {
  const [one, other] = [...room.seats].sort((first, second) => second.wins - first.wins);
  return one?.wins > (other?.wins ?? 0) && !room.results?.match_over ? tr("{name} leads", { name: one.name }) : "";
}

/** Load the sounds and play them, or be silent. */
async function toggleSound() {
  const isOn = !sounds;
  sounds?.close();
  sounds = undefined;
  $("sound").ariaPressed = String(isOn);
  if (isOn) Object.assign(window, { sounds: (sounds = new (await import("./sounds.js")).Sounds()) });
}

/** The players: who has won how often, and who is out; a button to follow each. */
function list() {
  const looks = room.looks(), seats = room.seats.filter((seat) => seat.plays).map((seat) => looks.get(seat.slot) || seat).sort((one, other) => other.wins - one.wins || one.slot - other.slot);
  const key = JSON.stringify(seats.map((seat) => [seat.slot, seat.name, seat.colour, seat.character, seat.wins, seat.away, room.isAlive(seat.slot) || !!room.results, room.score(seat.slot), room.phase === PHASE.LOBBY && seat.ready, seat.name.toLowerCase() === followed]));
  if (key === listed) return;
  listed = key;
  const focused = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset.slot;
  $("players").classList.toggle("many", seats.length > MANY);
  $("players").classList.toggle("crowd", seats.length > CROWD);
  $("players").replaceChildren(...seats.map((seat) => {
    const item = document.createElement("li"), button = document.createElement("button"), name = document.createElement("b"), wins = document.createElement("span");
    const isOut = !room.isAlive(seat.slot) && !room.results;
    button.className = isOut ? "out" : "";
    button.style.borderColor = colourOf(seat.colour);
    button.dataset.slot = String(seat.slot);
    button.ariaPressed = String(seat.name.toLowerCase() === followed);
    button.onclick = () => follow(seat.name);
    name.textContent = seat.name;
    wins.textContent = `${room.score(seat.slot)} ${"★".repeat(seat.wins)}`;
    button.ariaLabel = [seat.name, room.score(seat.slot), tr("wins: {count}", { count: seat.wins }), isOut && tr("out"), seat.away && tr("away")].filter(Boolean).join(", ");
    if (room.phase === PHASE.LOBBY && seat.ready) wins.textContent = tr("ready");
    button.append(portrait(seat, CARD, room.shape(seat.slot)), name, wins);
    item.append(button);
    return item;
  }));
  if (focused) /** @type {HTMLElement | null} */ (document.querySelector(`[data-slot="${focused}"]`))?.focus();
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
  stage?.show();
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
    g.fillStyle = seat.ready ? "#68d082" : "#fff6e4";
    g.strokeStyle = "#14121f";
    g.lineJoin = "round";
    g.lineWidth = size * 0.05;
    const words = `${seat.ready ? "✓ " : ""}${seat.name}`;
    g.strokeText(words, x, y + size * 0.24, size * 1.1);
    g.fillText(words, x, y + size * 0.24, size * 1.1);
  });
}

/** @param {number} now in ms */
function picture(now) {
  requestAnimationFrame(picture);
  const passed = now - then;
  then = now;
  const ratio = devicePixelRatio || 1, width = Math.round(canvas.clientWidth * ratio), height = Math.round(canvas.clientHeight * ratio);
  const { world } = room, key = `${width} ${height} ${world ? `${room.round} ${world.tick} ${room.phase}` : Math.floor(now / 125)} ${room.results?.round}`;
  if (key === drawn && !camera.moves) return;
  drawn = key;
  if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
  list();
  texts();
  if (!world || world.tick < 0) return lobbyPicture(now);
  const slot = followedSlot(), focus = slot < 0 ? stage?.focus() ?? null : focusOn(world, slot);
  camera.draw(board, g, { world, looks: room.looks(), rules: room.rules, items: room.items }, focus, passed);
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.target instanceof HTMLSelectElement) return;
  const buttons = [...$("players").querySelectorAll("button")], here = buttons.findIndex((one) => one.ariaPressed === "true");
  if (event.key === "s") toggleSound();
  else if (event.key === "f") (buttons[here + 1] || buttons[here])?.click();
  else if (event.key === "0" || event.key === "Escape") follow(followed);
  else if (/^[1-9]$/.test(event.key)) buttons[+event.key - 1]?.click();
});
$("sound").onclick = toggleSound;
if (params.has("sound")) toggleSound();

const code = /** @type {HTMLImageElement} */ (document.querySelector("#join img"));
/** Show the QR code for phones, unless they may not join. */
function invite() {
  if (!document.body.classList.contains("overlay")) code.src = `/join.svg?${Date.now()}`;
}
code.onload = code.onerror = (/** @type {any} */ event) => document.body.classList.toggle("joinable", event.type === "load");
if (!/^(localhost|127\.|\[::1\])/.test(location.hostname)) code.alt += `, ${location.host}/j`;
Object.assign(window, { petard: room, camera });
invite();
translate(catalogueOf, () => (drawn = listed = ""));
line.open();
loaded.then(() => requestAnimationFrame(picture));
