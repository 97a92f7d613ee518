// The texts of a page in the language of the browser, or in the one that a person has chosen; English is the source.
import { LANGUAGES } from "./tables.js";

/** @typedef {{words: {[english: string]: string}, sentences: {[english: string]: string}}} Catalogue */

const KEPT = "petard.language";
const NAMES = ["aria-label", "alt"]; // attributes that a person reads or hears
/** @type {Catalogue} */
const NONE = { words: {}, sentences: {} };
let catalogue = NONE;
let chosen = "en";

/**
 * A text with its values, in the language of the page.
 * @param {string} english
 * @param {{[name: string]: unknown}} [values] for the names in braces
 */
export const tr = (english, values) => filled(catalogue.words[english] ?? english, values);

/** @param {string} text @param {{[name: string]: unknown}} [values] */
const filled = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => String(values?.[name] ?? whole));

/**
 * A sentence of the room in the language of the page, or as it came if the page does not know it.
 * @param {string} sentence
 */
export function known(sentence) {
  for (const [english, other] of Object.entries(catalogue.sentences)) {
    const pattern = english.replace(/[.*+?^$()|[\]\\]/g, "\\$&").replace(/\{(\w+)\}/g, "(?<$1>.*)");
    const found = new RegExp(`^${pattern}$`, "s").exec(sentence);
    if (found) return filled(other, found.groups);
  }
  return sentence;
}

/** The language that was chosen here before; a browser may forbid that. @returns {string} */
function kept() {
  try {
    return localStorage.getItem(KEPT) || "";
  } catch {
    return "";
  }
}

/** The first of a person's languages that we have: the address of the page may name one. @returns {string} */
function wanted() {
  const all = [new URLSearchParams(location.search).get("lang"), kept(), ...navigator.languages];
  return all.map((one) => one?.slice(0, 2).toLowerCase() ?? "").find((one) => one in LANGUAGES) || "en";
}

/** What the page itself says, in English: its texts, and those attributes of its elements. @returns {[Node, string][]} */
function said() {
  /** @type {Node[]} */
  const found = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const element = node instanceof Element ? node : null;
    if (element) found.push(...NAMES.flatMap((name) => element.getAttributeNode(name) ?? []));
    else if (node.parentElement?.localName !== "script") found.push(node);
  }
  return found.map((node) => /** @type {[Node, string]} */ ([node, node.nodeValue])).filter(([, text]) => text.trim());
}

/**
 * Show the page in the language of the person, who may choose another one in each `select` of the class `language`.
 * @param {(language: string) => Promise<Catalogue>} load
 * @param {() => void} redraw writes anew what a script has written into the page
 * @returns {Promise<void>} when it is shown so
 */
export function translate(load, redraw) {
  const texts = said();
  const lists = /** @type {NodeListOf<HTMLSelectElement>} */ (document.querySelectorAll("select.language"));
  /** @param {string} language */
  const choose = async (language) => {
    chosen = language;
    try {
      const found = language === "en" ? NONE : await load(language);
      if (language !== chosen) return; // another one was chosen meanwhile
      catalogue = found;
    } catch {
      return; // it stays as it is
    }
    document.documentElement.lang = language;
    for (const [node, english] of texts) node.nodeValue = english.replace(english.trim(), tr(english.trim()).replaceAll("$", "$$$$"));
    for (const list of lists) list.value = language;
    redraw();
  };
  for (const list of lists) {
    list.append(...Object.entries(LANGUAGES).map(([language, name]) => new Option(name, language)));
    list.onchange = () => {
      try {
        localStorage.setItem(KEPT, list.value);
      } catch {} // it is forgotten with this page
      choose(list.value);
    };
  }
  return choose(wanted());
}
