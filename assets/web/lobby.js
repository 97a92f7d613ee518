// What a phone sees and chooses of the next match: the host sets it up, and where the host lets them all vote on the map.
import { MODES } from "./tables.js";
import { tr } from "./words.js";

const MODE = { name: Object.keys(MODES)[0], sides: 2, friendly_fire: false, items: "", map_vote: false }; // of a first build
const BOTS_MOST = 7; // that a phone adds

/** @typedef {(kind: string, ...values: import("./wire.js").Value[]) => void} Send */

/**
 * How people say the name of a map or a mode.
 * @param {string} name
 */
function spoken(name) {
  const plain = name.replaceAll("-", " ");
  return tr(plain[0].toUpperCase() + plain.slice(1));
}

/**
 * Fill a list, unless it says that already: a person may have it open.
 * @param {HTMLSelectElement} list @param {[string, string][]} entries value and text @param {string} chosen
 */
function fill(list, entries, chosen) {
  const key = JSON.stringify(entries);
  if (list.dataset.key !== key) list.replaceChildren(...entries.map(([value, text]) => new Option(text, value)));
  list.dataset.key = key;
  list.value = chosen;
}

/** The choices of the lobby. */
export class LobbyChoices {
  #vote = "";

  /** @param {HTMLElement} place with a list for each choice @param {Send} send */
  constructor(place, send) {
    /** @param {string} name @returns {HTMLSelectElement} */
    const list = (name) => /** @type {HTMLSelectElement} */ (place.querySelector(`[name=${name}]`));
    this.place = place;
    this.lists = { map: list("map"), mode: list("mode"), bots: list("bots") };
    this.about = /** @type {HTMLElement} */ (place.querySelector("p"));
    /** @type {{[field: string]: any}} */
    this.lobby = {};
    this.lists.map.onchange = () => {
      if (!this.#mode.map_vote) return this.#setUp(send);
      this.#vote = this.lists.map.value;
      send("MapVote", this.#vote);
    };
    this.lists.mode.onchange = this.lists.bots.onchange = () => this.#setUp(send);
  }

  get #mode() {
    return { ...MODE, ...this.lobby.mode };
  }

  /** @param {Send} send */
  #setUp(send) {
    const { lobby, lists } = this, mode = this.#mode;
    send("Setup", lists.map.value, lobby.rules, lobby.rounds, +lists.bots.value, lobby.skill, lobby.away, lists.mode.value, mode.sides, mode.friendly_fire, mode.items, mode.map_vote);
  }

  /**
   * Show how the room stands.
   * @param {import("./room.js").Room} room @param {number} member who holds this phone
   */
  show({ lobby, votes }, member) {
    this.lobby = lobby;
    if (!lobby.maps) return;
    const mode = this.#mode, isHost = lobby.host === member, { lists } = this;
    this.about.hidden = isHost && !mode.map_vote; // the lists say it
    this.about.textContent = tr("{map} · {mode} · best of {rounds}", { map: spoken(lobby.map), mode: spoken(mode.name), rounds: lobby.rounds });
    for (const [list, may] of /** @type {[HTMLSelectElement, boolean][]} */ ([[lists.map, isHost || mode.map_vote], [lists.mode, isHost], [lists.bots, isHost]])) {
      /** @type {HTMLElement} */ (list.parentElement).hidden = !may;
    }
    const maps = lobby.maps.map((/** @type {string} */ name) => [name, votes.has(name) ? `${spoken(name)} (${votes.get(name)})` : spoken(name)]);
    fill(lists.map, mode.map_vote ? [["", tr("no vote")], ...maps] : maps, mode.map_vote ? this.#vote : lobby.map);
    fill(lists.mode, Object.keys(MODES).map((name) => [name, spoken(name)]), mode.name);
    const most = Math.max(BOTS_MOST, lobby.bots);
    fill(lists.bots, Array.from({ length: most + 1 }, (_, count) => [String(count), String(count)]), String(lobby.bots));
  }
}
