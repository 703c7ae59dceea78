/* Guides that may help, looked for while a request is written. Words go by post: never into an address. */
import { announce, nodesOf, post } from "./page.js";

const pauseBeforeAsking = 600;
const pauseBeforeSaying = 1200;
const leastLetters = 4;
// The server reads no more than this; a long story is not sent again after each pause.
const mostLetters = 600;

export function startGuides(panel) {
  const field = document.getElementById(panel.dataset.guidesOf);
  const place = panel.querySelector("[data-guides-place]");
  const without = field.form.elements.without;
  let asking = 0;
  let saying = 0;
  let number = 0;
  let asked = field.defaultValue;
  let said = sentence();

  field.addEventListener("input", askSoon);
  // Back brings the words again, and not what was found for them.
  addEventListener("pageshow", () => {
    if (words() !== asked.slice(0, mostLetters).trim()) askSoon();
  });
  panel.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=read]");
    if (!button) return;
    event.preventDefault();
    readHere(button);
  });

  function askSoon() {
    clearTimeout(asking);
    clearTimeout(saying);
    asking = setTimeout(ask, pauseBeforeAsking);
  }

  async function ask() {
    const typed = words();
    if (typed === asked.slice(0, mostLetters).trim()) return;
    asked = typed;
    const html = await answerFor(typed.length < leastLetters ? "" : typed);
    // Somebody who reads or has gone on to the next question must not lose the place.
    if (html === null || isOpen("[data-guides-row]") || (isOpen("[data-guides-box]") && !writing())) return;
    show(html, isOpen("[data-guides-box]"));
    saying = setTimeout(say, pauseBeforeSaying);
  }

  /** The whole guide in its row. The button goes away, so the row's own line takes the focus. */
  async function readHere(button) {
    const html = await answerFor(asked, button.value);
    // The button's own way brings the same page back with the guide in it.
    if (html === null) return button.isConnected && button.form.requestSubmit(button);
    show(html, true);
    const row = document.getElementById(`guide-${button.value}`);
    row?.focus();
    row?.scrollIntoView({ block: "start" });
  }

  async function answerFor(typed, read = "") {
    const mine = ++number;
    const fields = { words: typed, without: without.value, read };
    const answer = await post(panel.dataset.guidesUrl, fields).catch(() => null);
    return answer?.status === 200 && mine === number ? answer.text() : null;
  }

  function show(html, stayOpen) {
    // An open list never becomes shorter under the finger.
    place.style.minHeight = stayOpen ? `${place.offsetHeight}px` : "";
    place.replaceChildren(...nodesOf(html));
    const box = place.querySelector("[data-guides-box]");
    if (box && stayOpen) box.open = true;
  }

  function say() {
    if (sentence() === said) return;
    said = sentence();
    if (said) announce(said);
  }

  function sentence() {
    return place.querySelector("[data-guides-sentence]")?.textContent.trim() ?? "";
  }

  function words() {
    return field.value.slice(0, mostLetters).trim();
  }

  function writing() {
    return document.activeElement === field;
  }

  function isOpen(part) {
    return place.querySelector(`${part}[open]`) !== null;
  }
}
