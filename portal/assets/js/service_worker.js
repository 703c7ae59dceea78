/* The service worker: without a line, a page is answered with the public storm kit, and a request is kept and not
   lost. It keeps only pages that are the same for everyone, fetched without a cookie. */
"use strict";

(() => {
  const { off, kit, request: requestPage, down, assets } = self.offline;
  const PAGES = "signpost-pages-1";
  const FILES = "signpost-files-1";
  // Staff work on live data; a kit in its place would hide that the line is down.
  const STAFF = /^\/(desk|author|admin|reports|api)(\/|$)/;

  self.addEventListener("install", (event) => {
    self.skipWaiting();
    if (!off) event.waitUntil(keepFiles());
  });

  self.addEventListener("activate", (event) => {
    event.waitUntil(off ? forget().then(() => self.registration.unregister()) : clients.claim().then(dropOldFiles));
  });

  if (!off) {
    self.addEventListener("fetch", answer);
    self.addEventListener("message", (event) => event.data === "refresh" && event.waitUntil(refresh()));
    self.addEventListener("sync", (event) => event.waitUntil(keptRequests.sendAll()));
  }

  async function keepFiles() {
    const files = await caches.open(FILES);
    for (const address of assets) if (!(await files.match(address))) await files.add(new Request(address, { credentials: "omit" }));
    await refresh();
  }

  async function dropOldFiles() {
    const files = await caches.open(FILES);
    for (const { url } of await files.keys()) if (!assets.includes(new URL(url).pathname)) await files.delete(url);
  }

  /** Ask for each page with the mark of the copy that is kept; an unchanged one is not sent again. */
  async function refresh() {
    const pages = await caches.open(PAGES);
    for (const address of [down, requestPage, kit]) {
      const mark = (await kept(address))?.headers.get("ETag");
      // Without a cookie the server answers as to anybody, whoever is signed in.
      const fresh = await fetch(address, { credentials: "omit", cache: "no-store", headers: mark ? { "If-None-Match": mark } : {} }).catch(() => null);
      if (fresh?.status === 200 && !fresh.redirected) await pages.put(address, fresh);
    }
  }

  const kept = (address) => caches.match(address, { ignoreVary: true });

  async function forget() {
    await Promise.all([PAGES, FILES].map((name) => caches.delete(name)));
  }

  function answer(event) {
    const { request } = event;
    const { origin, pathname } = new URL(request.url);
    if (origin !== location.origin) return;
    if (request.method === "GET" && assets.includes(pathname)) event.respondWith(keptFile(request));
    if (request.mode !== "navigate" || STAFF.test(pathname)) return;
    if (request.method === "GET") event.respondWith(fetch(request).catch(() => page(pathname)));
    if (request.method === "POST" && pathname === "/tickets/new") event.respondWith(sendOrKeep(request));
    if (request.method === "POST" && pathname === "/sign-out") event.waitUntil(caches.delete(PAGES));
  }

  async function keptFile(request) {
    return (await kept(request.url)) ?? fetch(request);
  }

  async function page(pathname) {
    const isForm = pathname === requestPage || pathname === "/tickets/new";
    return (await kept(isForm ? requestPage : kit)) ?? (await kept(down)) ?? Response.error();
  }

  /** A form that was sent into a line that is down: its words are kept under the key that the page gave them. */
  async function sendOrKeep(request) {
    const copy = request.clone();
    try {
      return await fetch(request);
    } catch {
      const form = await copy.formData();
      const files = form.getAll("files").some((file) => file.size > 0);
      if (form.get("words") && form.get("stage") !== "start") await keptRequests.keep(form, files);
      return Response.redirect(requestPage, 303);
    }
  }
})();
