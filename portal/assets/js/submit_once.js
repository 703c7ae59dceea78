/* A form that was sent says "Sending…" on its button, which keeps its place and its size, and is not sent twice. */

const longestWait = 20000;

export function startSubmitOnce() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented || form.matches("[data-hx-post]")) return;
    if (form.dataset.sending) return event.preventDefault();
    form.dataset.sending = "yes";
    const button = event.submitter;
    // A button that leads somewhere else than its form sends nothing, and must not say so.
    if (form.matches("[data-submit-once]") && button && !button.hasAttribute("formaction")) sayWaiting(form, button);
    setTimeout(() => release(form), longestWait);
  });
  // A page that comes back from the browser's memory must be usable again.
  addEventListener("pageshow", () => document.querySelectorAll("form[data-sending]").forEach(release));
}

/** The button is never disabled: a disabled button loses the focus and its value. */
function sayWaiting(form, button) {
  const width = button.getBoundingClientRect().width;
  kept.set(button, [...button.childNodes]);
  button.style.minWidth = `${Math.ceil(width)}px`;
  button.textContent = "Sending…";
  form.setAttribute("aria-busy", "true");
}

const kept = new WeakMap();

function release(form) {
  delete form.dataset.sending;
  form.removeAttribute("aria-busy");
  for (const button of form.querySelectorAll("button")) {
    if (!kept.has(button)) continue;
    button.replaceChildren(...kept.get(button));
    kept.delete(button);
  }
}
