// The page of a phone: a name, a look, and then a pad.
import { arrive, Elsewhere } from "./elsewhere.js";
import { watchFingers } from "./fingers.js";
import { Keys } from "./keys.js";
import { catalogueOf, Line } from "./line.js";
import { LobbyChoices } from "./lobby.js";
import { Room } from "./room.js";
import { Proof } from "./scram.js";
import { badge, colourOf, figure, inkOn, loaded, stamp } from "./sprites.js";
import { COLOURS, EVENT, FIGURES, ILLNESSES, PHASE, PROTOCOL, SIDES } from "./tables.js";
import { known, tr, translate } from "./words.js";

const PASSWORD = 7; // RefusalCode
const PHRASES = [() => tr("Good game!"), () => tr("Again!"), () => tr("Ha!"), () => tr("Oops!")];
/**
 * How the phone shakes, in ms on and off, when something happens to its player.
 * @type {{[what: number]: number | number[]}}
 */
const SHAKES = { [EVENT.DROPPED]: 15, [EVENT.TAKEN]: 25, [EVENT.HURT]: 60, [EVENT.DIED]: [80, 40, 200], [EVENT.RETURNED]: [30, 30, 30], [EVENT.ILL]: [40, 40, 40] };

/** @param {string} id @returns {any} */
const $ = (id) => document.getElementById(id);
/**
 * What outlives a reload of this page; a browser may forbid it.
 * @param {string} name @param {string} [text] @returns {string}
 */
function kept(name, text) {
  try {
    if (text !== undefined) sessionStorage.setItem(`petard.${name}`, text);
    return sessionStorage.getItem(`petard.${name}`) || "";
  } catch {
    return "";
  }
}

arrive();
const elsewhere = new Elsewhere();
let room = new Room(), member = 0, snapshots = 60, isReturned = false, shown = "";
/** @type {Proof | null} */
let proof = null;
const mine = () => room.seats.find((seat) => member && seat.member === member);
const body = () => room.world?.tables.players?.get(mine()?.slot ?? -1);
const keys = new Keys((...values) => line.send("Input", ...values), () => !!body());
watchFingers($("left"), $("stick"), $("right"), (held) => {
  if ((held & ~keys.held) && !body()) return;
  if (held & ~keys.held & 15) shake(6);
  keys.hold(held);
});

/** @param {number | number[]} pattern */
function shake(pattern) {
  if (!document.body.classList.contains("still")) navigator.vibrate?.(pattern);
}

const line = new Line("/ws/pad", {
  open() {
    room = new Room();
    keys.restart();
    proof = null;
    line.send("Hello", PROTOCOL, "web", kept("name"), 1, kept("token"));
  },
  message(message) {
    room.receive(message);
    elsewhere.receive(message);
    receive(message);
    render();
  },
  lost() {
    room.phase = 0;
    elsewhere.look();
    render();
  },
});

/** @param {import("./wire.js").Message} message */
function receive(message) {
  switch (message.kind) {
    case "Ping": return line.send("Pong", message.id, 0, 0);
    case "Auth": return prove(message.text);
    case "Welcome":
      member = message.member;
      [isReturned, snapshots] = [message.returned, message.snapshots];
      kept("token", message.token);
      document.body.classList.remove("joining");
      return stayAwake();
    case "Refused":
      kept("token", "");
      $("lock").hidden &&= message.code !== PASSWORD;
      return stop(known(message.sentence));
    case "Bye": return elsewhere.isMoving ? undefined : stop(known(message.reason) || tr("The room is closed."));
    case "Chat": return void ($("said").textContent = message.name ? `${message.name}: ${message.text}` : known(message.text));
    case "Round":
      $("said").textContent = "";
      return line.send("Loaded", message.number);
    case "Keyframe":
    case "Delta": {
      const ack = room.world?.tables.acks?.get(mine()?.slot ?? -1);
      return keys.state(message.kind === "Keyframe" || message.ticks > 60 / snapshots, ack?.early);
    }
    case "Events":
      for (const { what, slot } of message.events) if (slot === mine()?.slot && SHAKES[what]) shake(SHAKES[what]);
  }
}

/**
 * Answer a room that asks for its password.
 * @param {string} text
 */
function prove(text) {
  if (!proof && !$("password").value) {
    $("lock").hidden = false;
    $("password").focus();
    return stop(tr("This room has a password."));
  }
  proof ||= new Proof($("password").value);
  try {
    const answer = proof.answer(text);
    if (answer) line.send("Auth", answer);
  } catch (fault) {
    stop(/** @type {Error} */ (fault).message);
  }
}

/**
 * Go back to the form.
 * @param {string} why
 */
function stop(why) {
  line.close();
  $("problem").textContent = why;
  document.body.className = "joining";
  settings();
}

async function stayAwake() {
  try {
    await navigator.wakeLock?.request("screen");
  } catch {} // the browser does not let us
}

/**
 * What the player should read now, and whether it is a large word.
 * @returns {[string, boolean]}
 */
function status() {
  const player = body(), go = room.secondsToGo(), outcome = room.outcome();
  if (!room.phase) return [tr("No connection. Trying again …"), false];
  if (room.phase === PHASE.LOBBY) return [mine() ? "" : tr("You watch: there is no free seat."), false];
  if (outcome) return [outcome, false];
  if (!player) return [tr("A round is running. You play from the next one on."), false];
  if (go) return room.phase === PHASE.PLAYING ? [String(go), true] : [tr("Get ready"), false];
  if (room.world?.tables.back.has(mine()?.slot ?? -1)) return [tr("You fell. You come back soon."), false];
  if (player.died_at >= 0) return [player.rim >= 0 ? tr("You ride a cart! Roll along the rim, hold the bomb and let go to throw.") : tr("You are out"), false];
  if (player.ill) return [ILLNESSES[player.ill] ? tr(ILLNESSES[player.ill]) : tr("You are ill"), false];
  return ["", false];
}

function render() {
  const seat = mine(), player = body(), [text, isBig] = status();
  const isOut = !!player && player.died_at >= 0, isLobby = room.phase === PHASE.LOBBY;
  const isResting = isLobby || (!player && !!room.phase) || (!!room.results?.match_over);
  const had = player ? [player.bombs, player.range, player.skates, player.shields, player.kick, player.pierce, player.remote, player.punch, player.glove] : [];
  const side = room.side(seat?.slot ?? -1), isChosen = !!room.sides.get(seat?.slot ?? -1)?.is_chosen;
  const key = JSON.stringify([text, isBig, isLobby && [room.lobby, [...room.votes]], side, isChosen, seat && [seat.slot, seat.name, seat.colour, seat.character, seat.ready], isOut, isResting, isLobby, had]);
  if (key === shown) return;
  shown = key;
  $("status").textContent = text;
  $("status").classList.toggle("big", isBig);
  for (const [name, is] of Object.entries({ resting: isResting, lobby: isLobby && !!seat, out: isOut, counting: isBig })) document.body.classList.toggle(name, is);
  $("look").hidden = !seat;
  $("game").hidden = !isLobby;
  choices.show(room, member);
  if (!seat) return void ($("ready").hidden = true);
  $("who").textContent = seat.name;
  const look = side < 0 ? seat : { ...seat, colour: side }; // where sides play, theirs count
  document.body.style.setProperty("--mine", colourOf(look.colour));
  document.body.style.setProperty("--ink", inkOn(look.colour));
  $("side").hidden = !isLobby || side < 0;
  $("paint").hidden = side >= 0;
  $("side").textContent = isChosen ? tr("Side: {side}", { side: tr(SIDES[side]) }) : tr("Side: any");
  $("colour").setAttribute("aria-label", side < 0 ? tr("Next colour") : tr("Next side"));
  $("ready").hidden = !isLobby && !room.results?.match_over;
  $("ready").classList.toggle("on", seat.ready);
  $("ready").textContent = seat.ready ? tr("Ready ✓") : tr("Ready?");
  loaded.then(() => paint(look, had));
}

/**
 * Badge, portrait and items.
 * @param {import("./room.js").Seat} seat @param {number[]} had
 */
function paint(seat, had) {
  const [one, other, strip] = [$("badge"), $("portrait"), $("items")].map((canvas) => /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")));
  one.clearRect(0, 0, 96, 96);
  badge(one, seat.slot, seat.colour, 48, 48, 92);
  other.clearRect(0, 0, 256, 320);
  figure(other, seat, 0, 0, 128, 320, 256);
  const names = ["bomb", "flame", "skate", "shield", "kick", "pierce", "remote", "punch", "glove"];
  const owned = names.map((name, place) => ({ name, count: had[place] ?? 0, isCounted: place < 4 })).filter(({ count }, place) => had.length && (count || place < 2));
  strip.canvas.width = owned.reduce((wide, { isCounted }) => wide + (isCounted ? 112 : 72), 0);
  let x = 0;
  for (const { name, count, isCounted } of owned) {
    stamp(strip, `item-${name}`, x + 32, 32, 64);
    strip.font = "bold 44px system-ui, sans-serif";
    strip.textBaseline = "middle";
    strip.fillStyle = inkOn(seat.colour);
    if (isCounted) strip.fillText(String(count), x + 68, 34);
    x += isCounted ? 112 : 72;
  }
}

/**
 * Ask for another look; colours of others are left out.
 * @param {number} figures @param {number} colours
 */
function change(figures, colours) {
  const seat = mine();
  if (!seat) return;
  let colour = seat.colour;
  if (colours) do colour = (colour + 1) % COLOURS.length; while (room.seats.some((one) => one !== seat && one.colour === colour));
  line.send("Look", 0, colour, (seat.character + figures) % FIGURES);
}

/** Ask for the next side; after the last one comes any. */
function changeSide() {
  const own = room.sides.get(mine()?.slot ?? -1), next = own?.is_chosen ? own.side + 1 : 0;
  if (own) line.send("SideChoice", 0, next < room.lobby.mode.sides ? next : -1);
}

/** Settings that stay in this browser. */
function settings() {
  for (const name of ["lefty", "still"]) {
    $(name).checked = kept(name) === "1";
    document.body.classList.toggle(name, $(name).checked);
  }
}

for (const name of ["lefty", "still"]) {
  $(name).onchange = () => {
    kept(name, $(name).checked ? "1" : "");
    settings();
  };
}
for (const phrase of PHRASES) {
  const button = document.createElement("button");
  button.onclick = () => line.send("Say", phrase());
  $("phrases").append(button);
}
const choices = new LobbyChoices($("game"), (...words) => line.send(...words));
$("figure").onclick = () => change(1, 0);
$("paint").onclick = () => change(0, 1);
$("colour").onclick = () => (room.sides.has(mine()?.slot ?? -1) ? changeSide() : change(0, 1));
$("side").onclick = changeSide;
$("ready").onclick = () => line.send("Ready", !mine()?.ready);
$("gear").onclick = () => $("settings").showModal();
$("close").onclick = () => {
  $("settings").close();
  $("gear").blur();
};
$("full").onclick = () => document.documentElement.requestFullscreen?.().catch(() => {});
$("leave").onclick = () => {
  line.send("Bye", "");
  kept("token", "");
  $("settings").close();
  stop("");
};
$("join").onsubmit = (/** @type {Event} */ event) => {
  event.preventDefault();
  const name = $("name").value.trim().replace(/\s+/g, " ").normalize("NFC");
  if (!name) return;
  kept("name", name);
  $("problem").textContent = "";
  document.activeElement instanceof HTMLElement && document.activeElement.blur();
  line.open();
};
document.addEventListener("visibilitychange", () => !document.hidden && member && stayAwake());
$("name").value = kept("name");
settings();
$("plain").hidden = location.protocol === "https:";
translate(catalogueOf, () => {
  PHRASES.forEach((phrase, place) => ($("phrases").children[place].textContent = phrase()));
  shown = "";
  render();
});
if (kept("name") && kept("token")) line.open();
Object.defineProperty(window, "petard", { get: () => ({ room, seat: mine(), body: body(), isReturned, isMoving: elsewhere.isMoving, keys: keys.held }) });
