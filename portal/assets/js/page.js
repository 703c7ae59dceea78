/* What every module needs of the page: the token for posts, and a place to say something to screen readers. */

export function csrfToken() {
  return document.querySelector('meta[name="csrf-token"]')?.content ?? "";
}

/** Says the words once, politely. The same words twice are said twice: the region is emptied in between. */
export function announce(words) {
  const region = document.getElementById("announcements");
  if (!region) return;
  region.textContent = "";
  setTimeout(() => {
    region.textContent = words;
  }, 50);
}

/** Sends a form to an address of our own and gives the answer back as a Response. */
export function post(address, fields, more = {}) {
  const body = fields instanceof FormData ? fields : new URLSearchParams(fields);
  const headers = { "X-CSRF-Token": csrfToken(), "HX-Request": "true" };
  return fetch(address, { ...more, method: "POST", body, headers, credentials: "same-origin" });
}

/** A fragment of HTML from our own server, as nodes. Scripts in it never run. */
export function nodesOf(html) {
  return [...new DOMParser().parseFromString(html, "text/html").body.childNodes];
}

const typedInto = "input:not([type=checkbox]):not([type=radio]), textarea, select";

export function isTyping(element) {
  return element instanceof HTMLElement && (element.isContentEditable || element.matches(typedInto));
}
