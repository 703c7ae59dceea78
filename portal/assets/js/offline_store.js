/* Requests written while the line is down: kept on this computer, sent when it is back. Runs in pages and in the
   service worker. A request is "sent" only after the server said its number; the key it was written under makes a
   second sending find the first. */
"use strict";

(() => {
  const DAY = 24 * 60 * 60 * 1000;
  const KEPT_FOR = 7 * DAY;
  // The number and its link stay for a day, so that the person who comes back in the morning finds them.
  const SENT_FOR = DAY;
  const PATIENCE = 20000;
  // While somebody changes a request it is not sent; a form that was left alone must not hold it for ever.
  const HELD_FOR = 30 * 60 * 1000;
  const FIELDS = ["words", "waiting", "reach", "urgency", "office", "office_words", "name", "phone", "email", "service", "about"];
  const channel = new BroadcastChannel("signpost-kept");
  let look = () => {};

  function open() {
    return new Promise((resolve, reject) => {
      const asked = indexedDB.open("signpost-kept", 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore("requests", { keyPath: "key" });
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
  }

  /** One change or look; it is on the disk when the promise is kept. */
  async function inStore(mode, work) {
    const base = await open();
    return new Promise((resolve, reject) => {
      const change = base.transaction("requests", mode, { durability: "strict" });
      const asked = work(change.objectStore("requests"));
      change.oncomplete = () => resolve(asked.result);
      change.onabort = () => reject(change.error);
    }).finally(() => base.close());
  }

  /** Look again after each change, made here or in another window. */
  function watch(work) {
    look = work;
    channel.onmessage = work;
  }

  async function put(entry) {
    await inStore("readwrite", (store) => store.put(entry));
    changed();
  }

  async function remove(key) {
    await inStore("readwrite", (store) => store.delete(key));
    changed();
  }

  function changed() {
    channel.postMessage("changed");
    look();
  }

  const lastDay = ({ at, sentAt }) => (sentAt ? sentAt + SENT_FOR : at + KEPT_FOR);

  /** What is kept, oldest first; what is too old is deleted. */
  async function list() {
    const all = await inStore("readonly", (store) => store.getAll());
    const old = all.filter((entry) => lastDay(entry) < Date.now());
    for (const { key } of old) await inStore("readwrite", (store) => store.delete(key));
    return all.filter((entry) => !old.includes(entry)).sort((one, other) => one.at - other.at);
  }

  /** Keep what a form holds. The same key keeps one request, in its newest words. False when it was sent meanwhile. */
  async function keep(form, files = false) {
    const fields = Object.fromEntries(FIELDS.map((name) => [name, String(form.get(name) ?? "")]));
    const entry = { key: form.get("key") || crypto.randomUUID(), fields, files, at: Date.now(), problems: [] };
    const before = (await list()).some(({ key }) => key === entry.key);
    const kept = before ? await alone(() => replace(entry)) : await put(entry).then(() => true);
    const registration = self.registration ?? (await navigator.serviceWorker?.getRegistration());
    await registration?.sync?.register("signpost-kept").catch(() => {});
    return kept;
  }

  async function replace(entry) {
    const sent = (await list()).some(({ key, sentAt }) => key === entry.key && sentAt);
    if (!sent) await put(entry);
    return !sent;
  }

  /** Send nothing of it while it is changed. */
  function hold(entry) {
    return alone(() => replace({ ...entry, heldUntil: Date.now() + HELD_FOR }));
  }

  /** One after the other, over all windows and the worker. */
  function alone(work) {
    return navigator.locks ? navigator.locks.request("signpost-sending", work) : work();
  }

  /** Send all that wait. Without a line they stay as they are. */
  async function sendAll() {
    if (navigator.onLine === false) return;
    try {
      await alone(async () => {
        const ready = (await list()).filter(({ sentAt, heldUntil }) => !sentAt && !(heldUntil > Date.now()));
        for (const entry of ready) await send(entry);
      });
    } catch (error) {
      if (error.name !== "TypeError" && error.name !== "TimeoutError") throw error;
    }
  }

  async function send({ key, fields, files, at }) {
    const signal = AbortSignal.timeout(PATIENCE);
    const fresh = await fetch("/offline/token", { cache: "no-store", signal });
    if (!fresh.ok) return;
    const headers = { "X-CSRF-Token": (await fresh.json()).token };
    const body = new URLSearchParams({ ...fields, key });
    const answer = await fetch("/offline/requests", { method: "POST", headers, body, signal });
    const said = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : {};
    if (answer.ok && said.reference) {
      // Only the number and the way to it stay here; the words are with the help desk.
      return put({ key, at, files, sentAt: Date.now(), reference: said.reference, address: said.address });
    }
    if (answer.status === 429 || answer.status >= 500) return;
    const problems = Object.values(said.problems ?? { all: "The help desk’s computer did not take it. Call us, or write it again." });
    if ((await list()).some((entry) => entry.key === key)) await put({ key, fields, files, at, problems });
  }

  globalThis.keptRequests = { hold, keep, list, lastDay, remove, sendAll, watch };
})();
