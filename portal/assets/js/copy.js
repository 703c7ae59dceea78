/* A button copies the text of a field; without scripts the field is there to be selected. */
import { announce } from "./page.js";

export function startCopy() {
  for (const button of document.querySelectorAll("button[data-copy]")) {
    const field = document.getElementById(button.dataset.copy);
    if (!field || !navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(field.value);
      announce("Copied.");
      button.textContent = "Copied";
    });
  }
}
