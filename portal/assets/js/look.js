/* Says once that "Show me how to look" was opened, so that authors learn which question is hard. */
import { post } from "./page.js";

export function startLook() {
  for (const lesson of document.querySelectorAll("details[data-look]")) {
    lesson.addEventListener("toggle", () => tell(lesson.dataset.look), { once: true });
  }
}

/** What is not heard is not counted; the person who looks is never kept waiting or told. */
function tell(address) {
  post(address, {}, { keepalive: true }).catch(() => {});
}
