/* The entry of every page: starts what the page has. Every page works without it. */
import { startCombobox } from "./combobox.js";
import { startCopy } from "./copy.js";
import { startGuides } from "./guides.js";
import { startSwaps } from "./htmx_start.js";
import { startLook } from "./look.js";
import { startShowPassword } from "./password.js";
import { startOffline } from "./offline.js";
import { startPictures } from "./pictures.js";
import { startSubmitOnce } from "./submit_once.js";
import { startTogether } from "./together.js";

document.documentElement.classList.add("has-scripts");
document.querySelectorAll("input[data-suggest-url]").forEach(startCombobox);
document.querySelectorAll("[data-guides-url]").forEach(startGuides);
document.querySelectorAll("[data-together]").forEach(startTogether);
startCopy();
startLook();
startSubmitOnce();
startPictures();
startShowPassword();
startPrint();
startOffline();
document.querySelector("[data-error-box]")?.focus();
startSwaps();

/** The link leads to the print view; that view opens the print window, and so does the link itself. */
function startPrint() {
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-print]")) return;
    event.preventDefault();
    document.querySelectorAll("details").forEach((part) => {
      part.open = true;
    });
    print();
  });
}
