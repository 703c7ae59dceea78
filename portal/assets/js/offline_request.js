/* The form that works without a line: it keeps what is written, and sends it as soon as it can. */
import "./offline_store.js";
import { showKept } from "./offline_list.js";

const { hold, keep, sendAll, watch } = globalThis.keptRequests;
const form = document.querySelector("[data-offline-form]");
const place = document.querySelector("[data-kept]");
const missing = JSON.parse(form.dataset.missing);
const SENT_MEANWHILE = "It was sent meanwhile. Open your request above, and add what you changed.";
let key = "";

form.hidden = false;
form.elements.words.value = new URLSearchParams(location.search).get("words") ?? "";
form.addEventListener("submit", keepIt);
watch(show);
addEventListener("online", sendAll);
show().then(sendAll);

function show() {
  return showKept(place, mend);
}

async function keepIt(event) {
  event.preventDefault();
  const written = new FormData(form);
  if (!sayProblems(problemsOf(written))) return;
  written.set("key", key);
  if (!(await keep(written))) return sayProblems([["words", SENT_MEANWHILE]]);
  key = "";
  form.reset();
  await show();
  place.querySelector("h2").focus();
  await sendAll();
}

/** What the server would say of a field that is empty; the rest it says when the line is back. */
function problemsOf(written) {
  const empty = missing.filter(([name]) => !String(written.get(name) ?? "").trim());
  if (written.get("office") === "not-listed" && !written.get("office_words").trim()) empty.push(["office_words", "Enter the name of your office"]);
  return empty;
}

/** The box on top with a link to each field. True when there is nothing to say. */
function sayProblems(problems) {
  document.querySelector("[data-error-box]")?.remove();
  document.title = `${problems.length ? "Error: " : ""}${document.title.replace(/^Error: /, "")}`;
  for (const field of form.elements) field.removeAttribute("aria-invalid");
  if (!problems.length) return true;
  const box = document.createElement("div");
  const list = document.createElement("ul");
  list.className = "sp-links";
  for (const [name, words] of problems) {
    const field = form.querySelector(`[name="${name}"]`);
    field.setAttribute("aria-invalid", "true");
    const row = list.appendChild(document.createElement("li"));
    row.append(Object.assign(document.createElement("a"), { href: `#${field.id}`, textContent: words }));
  }
  box.append(Object.assign(document.createElement("h2"), { textContent: "There is a problem" }), list);
  box.className = "sp-error";
  box.tabIndex = -1;
  box.dataset.errorBox = "";
  box.setAttribute("role", "alert");
  document.querySelector("h1").before(box);
  box.focus();
  return false;
}

/** The form again with what was written, under the same key. */
async function mend(entry) {
  key = entry.key;
  for (const [name, value] of Object.entries(entry.fields)) if (form.elements[name]) form.elements[name].value = value;
  form.elements.words.focus();
  if (!(await hold(entry))) sayProblems([["words", SENT_MEANWHILE]]);
}
