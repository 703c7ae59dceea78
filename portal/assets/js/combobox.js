/* Suggestions under a search field: the ARIA combobox with a listbox, as the field's own words say. */
import { announce, nodesOf, post } from "./page.js";

const leastLetters = 2;
const pauseBeforeAsking = 120;
const pauseBeforeSaying = 700;

export function startCombobox(input) {
  const form = input.form;
  const popup = document.createElement("div");
  popup.className = "sp-suggest";
  popup.hidden = true;
  form.append(popup);

  let asking = 0;
  let saying = 0;
  let asked = null;

  set(input, { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false" });

  input.addEventListener("input", () => {
    clearTimeout(asking);
    clearTimeout(saying);
    if (input.value.trim().length < leastLetters) return close();
    asking = setTimeout(ask, pauseBeforeAsking);
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    keys[event.key]?.(event);
  });
  input.addEventListener("blur", () => setTimeout(close, 150));
  popup.addEventListener("mousedown", (event) => event.preventDefault());
  popup.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) open(option);
  });

  const keys = {
    ArrowDown: (event) => move(event, 1),
    ArrowUp: (event) => move(event, -1),
    ArrowLeft: leave,
    ArrowRight: leave,
    Home: leave,
    End: leave,
    Tab: close,
    Escape: (event) => {
      if (popup.hidden) return;
      event.preventDefault();
      close();
    },
    Enter: (event) => {
      const option = chosen();
      if (!option) return;
      event.preventDefault();
      open(option);
    },
  };

  async function ask() {
    const words = input.value.trim();
    asked?.abort();
    asked = new AbortController();
    try {
      const address = `${input.dataset.suggestUrl}?q=${encodeURIComponent(words)}`;
      const answer = await fetch(address, { signal: asked.signal, credentials: "same-origin" });
      if (!answer.ok) return close();
      show(await answer.text(), words);
    } catch (error) {
      if (error.name !== "AbortError") close();
    }
  }

  function show(html, words) {
    if (document.activeElement !== input || input.value.trim() !== words) return;
    popup.replaceChildren(...nodesOf(html));
    const number = options().length;
    saying = setTimeout(() => {
      announce(number ? `${count(number)}. Use the arrow keys.` : "No suggestions. Press Enter to search.");
    }, pauseBeforeSaying);
    if (!number) return close({ keepSaying: true });
    popup.append(footer(number));
    popup.hidden = false;
    set(input, { "aria-expanded": "true", "aria-controls": list().id });
    input.removeAttribute("aria-activedescendant");
  }

  function footer(number) {
    const line = document.createElement("div");
    line.className = "sp-suggest__all";
    line.setAttribute("aria-hidden", "true");
    for (const words of [`${count(number)}. Use the arrow keys, then Enter.`, "Esc closes this list"]) {
      const part = document.createElement("span");
      part.textContent = words;
      line.append(part);
    }
    return line;
  }

  function move(event, by) {
    if (popup.hidden) {
      if (input.value.trim().length >= leastLetters && by > 0) ask();
      return;
    }
    event.preventDefault();
    clearTimeout(saying);
    const all = options();
    const next = (all.indexOf(chosen()) + by + (by < 0 && !chosen() ? 1 : 0) + all.length) % all.length;
    all.forEach((option, place) => option.setAttribute("aria-selected", String(place === next)));
    input.setAttribute("aria-activedescendant", all[next].id);
    all[next].scrollIntoView({ block: "nearest" });
  }

  /** Back to the words: the key moves the cursor in them, and Enter searches for them. */
  function leave() {
    chosen()?.setAttribute("aria-selected", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function open(option) {
    if (!option.dataset.url) return;
    tell(option);
    location.assign(option.dataset.url);
  }

  /** The words stay out of the address of the page; that the choice is told must not keep anybody waiting. */
  function tell(option) {
    const slug = option.dataset.slug;
    if (slug) post("/suggest/choice", { q: input.value, slug }, { keepalive: true }).catch(() => {});
  }

  function close({ keepSaying = false } = {}) {
    if (keepSaying !== true) clearTimeout(saying);
    clearTimeout(asking);
    popup.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-controls");
    input.removeAttribute("aria-activedescendant");
  }

  function list() {
    return popup.querySelector("[role=listbox]");
  }

  function options() {
    return [...popup.querySelectorAll("[role=option]")];
  }

  function chosen() {
    return popup.hidden ? null : popup.querySelector("[role=option][aria-selected=true]");
  }
}

function count(number) {
  return number === 1 ? "1 suggestion" : `${number} suggestions`;
}

function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
}
