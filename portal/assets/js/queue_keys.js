/* Keys of the queue and of a request. They never work while a field has the focus, and can be turned off. */
import { announce, isTyping } from "./page.js";

const remembered = "signpost-keys";

export function startKeys(place) {
  const isOn = () => place.dataset.keys === "on" && localStorage.getItem(remembered) !== "off";
  if (!place.querySelector("form")) addSwitch(place, isOn);
  document.addEventListener("keydown", (event) => {
    if (!isOn() || isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const act = actions[event.key.toLowerCase()];
    if (act?.(place)) event.preventDefault();
  });
}

/** Where the server does not remember the choice for the person, this browser does. */
function addSwitch(place, isOn) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "sp-textbtn";
  const write = () => {
    button.textContent = isOn() ? "Turn keys off" : "Turn keys on";
  };
  button.addEventListener("click", () => {
    localStorage.setItem(remembered, isOn() ? "off" : "on");
    write();
    announce(isOn() ? "Keys are on." : "Keys are off.");
  });
  write();
  place.append(button);
}

const actions = {
  j: () => moveRow(1),
  k: () => moveRow(-1),
  o: () => follow(currentRow()?.querySelector("a.t")),
  x: () => press(currentRow()?.querySelector("input[type=checkbox]")),
  t: () => press(named("t")) || tickAndTake(),
  r: () => focus("reply-text"),
  n: () => focus("note-text"),
  c: () => follow(named("c")),
  "/": () => focus("staff-q"),
  "?": (place) => {
    place.tabIndex = -1;
    place.focus();
    place.scrollIntoView({ block: "nearest" });
    return true;
  },
};

function rows() {
  return [...document.querySelectorAll("[data-rows] tbody tr, table.st-table.cards tbody tr")];
}

function currentRow() {
  return document.activeElement?.closest("tr") ?? document.querySelector("tr.is-current");
}

function moveRow(by) {
  const all = rows();
  if (!all.length) return false;
  const here = all.indexOf(currentRow());
  const next = all[Math.min(Math.max(here + by, 0), all.length - 1)];
  all.forEach((row) => row.classList.toggle("is-current", row === next));
  (next.querySelector("a.t") ?? next.querySelector("a, input"))?.focus();
  return true;
}

/** Without a button of its own, "take" ticks the row and presses the first action of the bar. */
function tickAndTake() {
  const box = currentRow()?.querySelector("input[type=checkbox]");
  const take = document.querySelector('[data-bulk-bar] button[value="take"]');
  if (!box || !take) return false;
  box.checked = true;
  return press(take);
}

function named(key) {
  return document.querySelector(`[data-key="${key}"]`);
}

function follow(link) {
  if (!link) return false;
  location.assign(link.href);
  return true;
}

function press(element) {
  element?.click();
  return Boolean(element);
}

function focus(id) {
  const field = document.getElementById(id);
  field?.focus();
  return Boolean(field);
}
