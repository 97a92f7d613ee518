// What comes from the server: a WebSocket to the room that opens again when it is lost, and the texts of a language.
import { decode, encode } from "./wire.js";

const PAUSE_LEAST = 300, PAUSE_MOST = 5000; // ms until the next try

/** One line. Messages come to `onMessage`; `onOpen` and `onLost` say how it stands. */
export class Line {
  /** @type {WebSocket | undefined} */
  #socket;
  #pause = PAUSE_LEAST;
  #isWanted = false;

  /** @param {string} path @param {{message: (message: import("./wire.js").Message) => void, open?: () => void, lost?: () => void}} on */
  constructor(path, on) {
    this.path = path;
    this.on = on;
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden && this.#isWanted && this.#socket?.readyState === WebSocket.CLOSED) this.open(); // it slept
    });
  }

  open() {
    this.#isWanted = true;
    const socket = (this.#socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${this.path}`));
    socket.binaryType = "arraybuffer";
    socket.onopen = () => this.on.open?.();
    socket.onmessage = ({ data }) => {
      this.#pause = PAUSE_LEAST;
      try {
        this.on.message(decode(new Uint8Array(data)));
      } catch (fault) {
        console.error(fault);
        socket.close(); // and begin again
      }
    };
    socket.onclose = () => {
      if (socket !== this.#socket || !this.#isWanted) return;
      this.on.lost?.();
      setTimeout(() => this.#isWanted && socket === this.#socket && this.open(), this.#pause * (0.5 + Math.random())); // so that a crowd does not come at once
      this.#pause = Math.min(PAUSE_MOST, this.#pause * 2);
    };
  }

  /** Close it for good. */
  close() {
    this.#isWanted = false;
    this.#socket?.close();
  }

  /**
   * Send a message; nothing happens while the line is not open.
   * @param {string} kind @param {...import("./wire.js").Value} values
   */
  send(kind, ...values) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(/** @type {any} */ (encode(kind, ...values)));
  }
}

/** @param {string} language @returns {Promise<import("./words.js").Catalogue>} */
export const catalogueOf = async (language) => (await fetch(`/s/words/${language}.json`)).json();
