/* The list of requests that are kept on this computer, each with its state in words and a way to delete it. */
import "./offline_store.js";

const { list, lastDay, remove } = globalThis.keptRequests;
const day = (moment) => new Date(moment).toLocaleString("en-US", { dateStyle: "long", timeStyle: "short" });

function el(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children.filter(Boolean));
  return made;
}

/** Draw the list anew. `mend` gets the request whose form should be filled in again. */
export async function showKept(place, mend) {
  const entries = await list();
  const rows = entries.map((entry) => el("li", { class: "sp-card" }, ...(entry.sentAt ? sent(entry) : waiting(entry, mend)), deletion(entry, place, mend)));
  const heading = el("h2", { id: "kept-h", tabindex: "-1" }, "Kept on this computer");
  place.replaceChildren(...(rows.length ? [el("section", { class: "sp-sec", "aria-labelledby": "kept-h" }, heading, el("ul", { class: "kept-list", role: "list" }, ...rows))] : []));
}

function waiting(entry, mend) {
  const state = el("p", {}, el("b", {}, "Not sent yet."), " Kept on this computer. ", entry.problems.length ? "We cannot send it like this:" : "We send it when the line is back.");
  const problems = entry.problems.length ? el("ul", {}, ...entry.problems.map((words) => el("li", {}, words))) : null;
  const button = el("button", { type: "button", class: "usa-button usa-button--outline" }, "Change it");
  button.addEventListener("click", () => mend(entry));
  return [state, problems, el("p", {}, `“${entry.fields.words.slice(0, 300)}”`), lost(entry), el("p", { class: "small muted" }, `Written ${day(entry.at)}. Deleted ${day(lastDay(entry))} if it was not sent by then.`), button];
}

function sent(entry) {
  const open = el("a", { href: entry.address }, "Open my request");
  return [el("p", {}, el("b", {}, `We have your request ${entry.reference}.`)), el("p", {}, open, ". Only someone with this link can open it."), lost(entry)];
}

function lost(entry) {
  return entry.files ? el("p", {}, "Your files were not kept. Add them to your request once it was sent.") : null;
}

function deletion(entry, place, mend) {
  const button = el("button", { type: "button", class: "usa-button usa-button--outline" }, entry.sentAt ? "Delete from this computer" : "Delete", el("span", { class: "sr" }, ` the request written ${day(entry.at)}`));
  button.addEventListener("click", async () => {
    await remove(entry.key);
    await showKept(place, mend);
    document.getElementById("announcements").textContent = "Deleted from this computer.";
    const next = place.querySelector("h2") ?? document.querySelector("h1");
    next.tabIndex = -1;
    next.focus();
  });
  return button;
}
