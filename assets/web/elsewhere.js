// Where the room goes on when its server is lost: at the pages of a standby, to which this page goes with what it keeps.
//
// Rule 1: the page goes there only when somebody answers there, since a page that cannot be loaded knows no way back.
// Rule 2: what it keeps goes in the part of the URL behind `#`, which no server is sent, and is removed at once.

const KEPT = ["name", "token", "lefty", "still", "evening"]; // of this page, in sessionStorage
const CAME = "#came=";

/** Take over what the page before has kept; call it first of all. */
export function arrive() {
  if (!location.hash.startsWith(CAME)) return;
  try {
    const kept = JSON.parse(decodeURIComponent(location.hash.slice(CAME.length)));
    for (const name of KEPT) if (typeof kept[name] === "string") sessionStorage.setItem(`petard.${name}`, kept[name]);
  } catch (fault) {
    console.warn(fault); // a browser may keep nothing, and anybody may write a URL
  }
  history.replaceState(null, "", location.pathname + location.search);
}

/** Follows where the standbys are, and goes there when the room does. */
export class Elsewhere {
  /** @type {Worker | undefined} */
  #finder;
  #places = "";
  isMoving = false; // the server has said that the room goes on elsewhere

  /** @param {import("./wire.js").Message} message */
  receive(message) {
    if (message.kind === "Welcome") {
      this.isMoving = false;
      this.#finder?.postMessage("rest");
    } else if (message.kind === "GoesOn") this.isMoving = !!this.#places;
    else if (message.kind === "Standbys") this.#follow(message.standbys);
  }

  /** @param {{addresses: string[], web: number}[]} standbys */
  #follow(standbys) {
    const places = standbys.filter((one) => one.web).flatMap((one) => one.addresses.map((address) => address.replace(/:\d+$/, `:${one.web}`)));
    const query = new URLSearchParams(places.map((place) => ["at", place])).toString();
    if (query === this.#places) return;
    this.#places = query;
    this.#finder?.terminate();
    this.#finder = undefined;
    if (!query || location.protocol !== "http:") return; // a page that came encrypted may ask nobody who is not
    this.#finder = new Worker(`/s/finder.js?${query}`, { type: "module" });
    this.#finder.onmessage = ({ data }) => this.#go(data);
  }

  /** The line is lost: look whether the room goes on elsewhere. */
  look() {
    this.#finder?.postMessage("look");
  }

  /** @param {string} place HOST:PORT */
  #go(place) {
    const kept = Object.fromEntries(KEPT.map((name) => [name, stored(name)]).filter(([, text]) => text));
    const path = location.pathname.replace(/^\/j\/.*/, "/j"); // without the join code of the old address
    location.replace(`http://${place}${path}${location.search}${CAME}${encodeURIComponent(JSON.stringify(kept))}`);
  }
}

/** @param {string} name */
function stored(name) {
  try {
    return sessionStorage.getItem(`petard.${name}`) || "";
  } catch {
    return "";
  }
}
