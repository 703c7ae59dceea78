/* Starts htmx on pages that have a part to swap, and gives each of its requests the token of this page. */
import { csrfToken } from "./page.js";

const swapping = "[data-hx-get], [data-hx-post]";

export async function startSwaps() {
  if (!document.querySelector(swapping)) return;
  document.addEventListener("htmx:config:request", (event) => {
    event.detail.ctx.request.headers["X-CSRF-Token"] = csrfToken();
  });
  document.addEventListener("htmx:after:swap", focusWhatAsksForIt);
  await import("./htmx.js");
}

/** After an answer such as "Thank you" the focus goes to its heading, so that it is read out. */
function focusWhatAsksForIt() {
  document.querySelector("[data-focus-after-swap]")?.focus();
}
