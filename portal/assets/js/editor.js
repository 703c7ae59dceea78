/* The editor: toolbar and keys that write Markdown, a live preview, and drafts saved while one writes. */
import { announce, nodesOf, post } from "./page.js";

const pauseBeforePreview = 600;
const pauseBetweenSaves = 20000;
const pauseBetweenWords = 60000;

const kinds = {
  heading: { lineStart: "## ", sample: "What to do" },
  bold: { before: "**", after: "**", sample: "words in bold" },
  steps: { lines: (text) => (text || "First step\nSecond step").split("\n").map((line, place) => `${place + 1}. ${line}`).join("\n") },
  link: { before: "[", after: "](/articles/)", sample: "title of the guide" },
  picture: { before: "![", after: "](picture.png)", sample: "what the picture shows" },
  waiting: { before: "::: voter-waiting\n", after: "\n:::", sample: "What to do while a voter waits." },
  placeholder: { before: "{{ ", after: " }}", sample: "desk.phone" },
};

export function startEditor(place) {
  const text = place.querySelector("textarea");
  const toolbar = place.querySelector("[data-toolbar]");
  if (toolbar) startToolbar(toolbar, text);
  if (place.dataset.previewUrl) startPreview(place, text);
  if (place.dataset.autosaveUrl) startAutosave(place, text);
  startGoToLine(text);
}

function startToolbar(toolbar, text) {
  toolbar.hidden = false;
  toolbar.addEventListener("click", (event) => {
    const kind = event.target.closest("[data-insert-kind]")?.dataset.insertKind;
    if (kind) write(text, kinds[kind]);
  });
  startRovingFocus(toolbar);
  text.addEventListener("keydown", (event) => {
    const kind = { b: "bold", k: "link" }[event.key.toLowerCase()];
    if (!kind || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    write(text, kinds[kind]);
  });
}

/** A toolbar is one stop for Tab; the arrow keys move inside it. */
function startRovingFocus(toolbar) {
  const buttons = [...toolbar.querySelectorAll("button")];
  buttons.forEach((button, place) => {
    button.tabIndex = place ? -1 : 0;
  });
  toolbar.addEventListener("keydown", (event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const here = buttons.indexOf(document.activeElement);
    if (!by || here < 0) return;
    event.preventDefault();
    const next = buttons[(here + by + buttons.length) % buttons.length];
    buttons.forEach((button) => {
      button.tabIndex = button === next ? 0 : -1;
    });
    next.focus();
  });
}

function write(text, { before = "", after = "", sample = "", lineStart = "", lines }) {
  const { selectionStart: from, selectionEnd: to } = text;
  const chosen = text.value.slice(from, to);
  const atLineStart = from === 0 || text.value[from - 1] === "\n";
  const words = lines ? lines(chosen) : before + (chosen || sample) + after;
  const opening = (lineStart || lines || before.startsWith(":::")) && !atLineStart ? "\n\n" : "";
  text.focus();
  insert(text, opening + lineStart + words);
  if (chosen || lines) return;
  const start = from + opening.length + lineStart.length + before.length;
  text.setSelectionRange(start, start + sample.length);
}

/** The old command keeps the browser's own undo; where it is gone, the text is put in directly. */
function insert(text, words) {
  if (document.execCommand?.("insertText", false, words)) return;
  text.setRangeText(words, text.selectionStart, text.selectionEnd, "end");
  text.dispatchEvent(new Event("input", { bubbles: true }));
}

function startPreview(place, text) {
  const target = place.querySelector("[data-preview]");
  let waiting = 0;
  let number = 0;
  text.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      const mine = ++number;
      const answer = await post(place.dataset.previewUrl, fieldsOf(text)).catch(() => null);
      if (!answer?.ok || mine !== number) return;
      target.replaceChildren(...nodesOf(await answer.text()));
    }, pauseBeforePreview);
  });
}

/** The server answers with the words of the state, such as "Saved 11:41 am". */
function startAutosave(place, text) {
  const state = document.querySelector("[data-autosave-state]");
  let saved = text.value;
  let saidAt = 0;
  setInterval(async () => {
    if (text.value === saved) return;
    const sent = text.value;
    const answer = await post(place.dataset.autosaveUrl, fieldsOf(text)).catch(() => null);
    const words = answer?.ok ? (await answer.text()).trim() : "Not saved yet. We try again in 20 seconds.";
    if (answer?.ok) saved = sent;
    if (state) state.textContent = words;
    if (Date.now() - saidAt < pauseBetweenWords && answer?.ok) return;
    saidAt = Date.now();
    announce(words);
  }, pauseBetweenSaves);
}

/** All fields of the form, so that a preview knows the title and a draft loses nothing. */
function fieldsOf(text) {
  return text.form ? new FormData(text.form) : { [text.name]: text.value };
}

/** A line is gone to from the outline beside the text, and from the address that a map or a check links to. */
function startGoToLine(text) {
  document.addEventListener("click", (event) => {
    const line = Number(event.target.closest("[data-go-to-line]")?.dataset.goToLine);
    if (!line) return;
    event.preventDefault();
    goTo(line);
  });
  const asked = Number(new URLSearchParams(location.search).get("line"));
  if (asked > 0) goTo(asked);

  function goTo(line) {
    const before = text.value.split("\n").slice(0, line - 1).join("\n");
    const start = before.length + (line > 1 ? 1 : 0);
    const end = text.value.indexOf("\n", start);
    text.focus();
    text.setSelectionRange(start, end < 0 ? text.value.length : end);
    text.scrollTop = (text.scrollHeight / text.value.split("\n").length) * Math.max(line - 4, 0);
  }
}
