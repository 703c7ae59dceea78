/* On the pages for clerks: the service worker keeps the storm kit, and requests that wait are sent. */

const AN_HOUR = 60 * 60 * 1000;

export function startOffline() {
  if (!("serviceWorker" in navigator) || document.body.classList.contains("staff")) return;
  addEventListener("load", () => keepKit().catch(() => {}));
  sendKept().catch(() => {});
  addEventListener("online", () => sendKept().catch(() => {}));
}

async function keepKit() {
  await navigator.serviceWorker.register("/service-worker.js", { updateViaCache: "none" });
  const { active } = await navigator.serviceWorker.ready;
  if (Date.now() - Number(localStorage.getItem("signpost-kit-asked")) < AN_HOUR) return;
  localStorage.setItem("signpost-kit-asked", Date.now());
  active.postMessage("refresh");
}

async function sendKept() {
  // Most browsers never kept a request: they load nothing more, and looking makes no store in them.
  const bases = await indexedDB.databases?.();
  if (bases && !bases.some(({ name }) => name === "signpost-kept")) return;
  await import("./offline_store.js");
  const { list, sendAll, watch } = globalThis.keptRequests;
  watch(() => list().then(say));
  say(await list());
  await sendAll();
}

/** A short line on top, without what was written: others may use this computer. */
function say(entries) {
  const place = document.querySelector("main");
  const line = document.querySelector("[data-kept-line]") ?? document.createElement("div");
  line.dataset.keptLine = "";
  line.className = "sp-wrap kept-line";
  if (!entries.length) return line.remove();
  const waiting = entries.filter((entry) => !entry.sentAt).length;
  const numbers = entries.filter((entry) => entry.sentAt).map((entry) => entry.reference);
  const words = [];
  if (waiting) words.push(`${waiting === 1 ? "1 request is" : `${waiting} requests are`} not sent yet. Kept on this computer. We send it when the line is back.`);
  if (numbers.length) words.push(`We have what was kept on this computer: ${numbers.join(", ")}.`);
  const link = Object.assign(document.createElement("a"), { href: "/offline/request", textContent: "See it" });
  const text = document.createElement("p");
  text.setAttribute("role", "status");
  text.append(words.join(" "), " ", link);
  const box = Object.assign(document.createElement("div"), { className: "sp-waiting" });
  box.append(text);
  line.replaceChildren(box);
  if (!line.isConnected) place.prepend(line);
}
