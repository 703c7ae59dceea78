/* The storm kit opened from a disk: one part at a time, search, and diagnostics one question at a time. Answers stay
   in this window and are gone when it closes. Without scripts the whole kit is one long page with its contents. */
"use strict";

(() => {
  const { resolve, typedWords, choiceOf, makeFinder, SKIPPED } = globalThis.stormKit;
  const kit = JSON.parse(document.getElementById("kit-data").textContent);
  const holder = document.getElementById("kit-parts");
  // Only the part that is shown stands in the page; the others wait here, so that nobody meets two headings.
  const parts = new Map([...document.querySelectorAll("[data-part]")].map((part) => [part.id, part]));
  const walkPart = parts.get("walk");
  const walks = new Map();
  const END = "end";
  const FOUR = [
    ["fixed", "Yes, it is fixed"],
    ["not_fixed", "No, same problem"],
    ["could_not", "I could not do this step"],
    ["other", "Something else is happening now"],
  ];

  /** An element with attributes and children; words are text, never HTML. */
  function el(tag, attributes = {}, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value === true) made.setAttribute(name, "");
      else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value);
    }
    made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
    return made;
  }

  /* Which part is shown. */

  function showPart(part) {
    part.hidden = false;
    holder.replaceChildren(part);
  }

  /** The part that is named, or that holds the place that is named; the first page when there is none. */
  function partOf(name) {
    const holds = (part) => part.id === name || part.querySelector(`#${CSS.escape(name)}`);
    return (name && [...parts.values()].find(holds)) || parts.get("front");
  }

  function route() {
    const name = decodeURIComponent(location.hash.slice(1));
    const walk = /^walk-([a-z0-9-]+)(?:\/(.+))?$/.exec(name);
    if (walk && kit.trees[walk[1]]) return showWalk(walk[1], walk[2] ?? "");
    if (name === "main") return;
    const part = partOf(name);
    showPart(part);
    settle(part);
    if (part.id !== name) document.getElementById(name)?.scrollIntoView();
  }

  /** After a change: the title says where we are, and the heading has the focus for those who hear the page. */
  function settle(part) {
    const heading = part.querySelector("h1");
    document.title = `${heading.textContent.trim()} · Storm kit · Signpost`;
    if (location.hash === "" || location.hash === "#front") return;
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
    scrollTo(0, 0);
  }

  /* Search. */

  function startSearch() {
    const form = document.getElementById("kit-search");
    const field = document.getElementById("kit-q");
    const place = document.getElementById("kit-results");
    const find = makeFinder(kit.search);
    const look = () => place.replaceChildren(...results(field.value.trim(), find));
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      look();
      place.querySelector("a")?.focus();
    });
    field.addEventListener("input", look);
  }

  function results(words, find) {
    if (words.length < 2) return [];
    const found = find(words);
    const count = found.length ? `${found.length} found.` : "Nothing found. Try other words, or look at the lists below.";
    const lines = found.map(([number]) => {
      const { id, title, kind, lead } = kit.documents[number];
      return el("li", { class: "sp-result" }, el("span", { class: "sp-kind" }, kind), el("h3", {}, el("a", { href: `#${id}` }, title)), lead ? el("p", {}, lead) : null);
    });
    return [el("h2", { class: "sr" }, "Results"), el("p", { role: "status", class: "muted" }, count), el("ul", { class: "sp-results" }, lines)];
  }

  /* A diagnostic, one page at a time. */

  function showWalk(slug, at) {
    const tree = kit.trees[slug];
    if (!walks.has(slug)) walks.set(slug, new Map());
    const answers = walks.get(slug);
    const walk = resolve(tree, answers, kit.mode, kit.trees);
    const pages = [...walk.trail.map((stop) => stop.page), ...(walk.current ? [walk.current] : [])];
    const page = pages.find((each) => each.address === at) ?? walk.current;
    const place = at === END && walk.outcome ? END : (page?.address ?? END);
    if (place !== at) return history.replaceState(null, "", `#walk-${slug}/${place}`) ?? showWalk(slug, place);
    const state = { slug, tree, answers, walk, page };
    walkPart.replaceChildren(...(place === END ? endOf(state) : pageOf(state)));
    showPart(walkPart);
    settle(walkPart);
  }

  function goOn(state, value) {
    state.answers.set(state.page.address, value);
    const after = resolve(state.tree, state.answers, kit.mode, kit.trees);
    location.hash = `#walk-${state.slug}/${after.current?.address ?? END}`;
  }

  function pageOf(state) {
    const draw = { ask: drawAsk, try: drawTry, read: drawRead, collect: drawCollect }[state.page.kind];
    return [backLink(state), named(state), state.page.tell ? el("p", { class: "sp-lead" }, state.page.tell) : null, ...draw(state), answersSoFar(state)].filter(Boolean);
  }

  function named(state) {
    return el("p", { class: "sp-runname" }, state.page?.within || state.tree.title);
  }

  function backLink(state) {
    const { trail } = state.walk;
    const here = trail.findIndex((stop) => stop.address === state.page?.address);
    const before = trail[(here < 0 ? trail.length : here) - 1];
    const href = before ? `#walk-${state.slug}/${before.address}` : `#sheet-${state.slug}`;
    return el("p", {}, el("a", { class: "kit-back", href }, "Back"));
  }

  function answersSoFar(state) {
    const rows = state.walk.trail.filter((stop) => stop.address !== state.page?.address);
    return el(
      "section",
      { class: "sp-sofar", "aria-labelledby": "so-far-h" },
      rows.length ? el("h2", { id: "so-far-h" }, "Your answers so far") : el("h2", { id: "so-far-h", class: "sr" }, "Your answers"),
      rows.length ? el("dl", { class: "sp-answers" }, rows.map((stop) => answerRow(state, stop))) : null,
      el("p", { class: "small muted" }, "Your answers stay in this window. They are gone when you close it. ", startOver(state)),
    );
  }

  function answerRow(state, stop) {
    const words = headingOf(stop.page);
    const change = el("a", { href: `#walk-${state.slug}/${stop.address}` }, "Change", el("span", { class: "sr" }, ` your answer to: ${words}`));
    return el("div", {}, el("dt", {}, words), el("dd", {}, stop.words || "Left empty"), el("dd", { class: "ch" }, change));
  }

  function headingOf(page) {
    if (page.fact) return page.fact.ask || page.fact.label;
    if (page.step) return page.step.do;
    return page.kind === "read" ? titleOf(page.node.article) : page.node.question;
  }

  function titleOf(slug) {
    return parts.get(`guide-${slug}`)?.querySelector("h1").textContent.trim() ?? "The guide";
  }

  function startOver(state) {
    const button = el("button", { type: "button", class: "sp-textbtn no-print" }, "Start over");
    button.addEventListener("click", () => {
      state.answers.clear();
      location.hash = `#walk-${state.slug}`;
    });
    return button;
  }

  /** A form whose answer is read by `value`; words given back instead of a value are shown as what to do. */
  function formOf(state, fields, { first, value }) {
    const form = el("form", { novalidate: true }, ...fields, el("div", { class: "sp-actions" }, el("button", { class: "usa-button", type: "submit" }, "Continue")));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const { answer, problem } = value(new FormData(form));
      if (!problem) return goOn(state, answer);
      document.querySelector("[data-error-box]")?.remove();
      const box = el("div", { class: "sp-error", role: "alert", tabindex: "-1", "data-error-box": true }, el("h2", {}, "There is a problem"), el("p", {}, problem));
      form.before(box);
      form.querySelector(first)?.setAttribute("aria-invalid", "true");
      document.title = `Error: ${document.title.replace(/^Error: /, "")}`;
      box.focus();
    });
    return form;
  }

  function drawAsk(state) {
    const { node } = state.page;
    const kind = node.many ? "checkbox" : "radio";
    const before = (state.answers.get(state.page.address) ?? "").split("+");
    const tile = ({ id, say }) => [
      el("div", { class: `usa-${kind}` }, el("input", { class: `usa-${kind}__input usa-${kind}__input--tile`, type: kind, name: "answer", id: `answer-${id}`, value: id, checked: before.includes(id) }), el("label", { class: `usa-${kind}__label`, for: `answer-${id}` }, say)),
    ];
    const tiles = (node.options ?? []).flatMap(tile);
    if (node.many && node.none) tiles.push(...tile({ id: "none", say: node.none.say }));
    if (node.not_sure && !node.not_sure.never) tiles.push(el("p", { class: "sp-or" }, "or"), ...tile({ id: "not_sure", say: "I’m not sure" }));
    const hint = [node.help, node.many ? "Select all that apply." : ""].filter(Boolean).join(" ");
    const fieldset = el("fieldset", { class: "usa-fieldset" }, el("legend", {}, el("h1", {}, node.question)), hint ? el("p", { class: "muted sp-run__hint" }, hint) : null, node.why ? el("p", { class: "sp-run__hint" }, node.why) : null, pictureOf(node.picture), lessonOf(node.look), el("div", { class: "sp-run__answers" }, tiles));
    return [formOf(state, [fieldset], { first: "input", value: (sent) => chosenAnswer(node, sent.getAll("answer")) })];
  }

  function chosenAnswer(node, sent) {
    const alone = sent.filter((value) => value === "none" || value === "not_sure");
    if (node.many && alone.length && sent.length > 1) return { problem: "Select either answers from the list, or the one below them." };
    const answer = sent.join("+");
    if (choiceOf(node, answer)) return { answer };
    return { problem: node.not_sure && !node.not_sure.never ? "Select an answer, or “I’m not sure”." : "Select an answer." };
  }

  function drawTry(state) {
    const { step } = state.page;
    const minutes = Math.max(1, Math.round(step.minutes ?? 1));
    const lines = step.how ?? [];
    const beside = step.picture?.beside ?? 0;
    const risk = { loses_work: "Save your work first. This step can lose work that is not saved.", interrupts: "This stops other work for a moment. Tell the people who use it." }[step.risk];
    return [
      el("h1", {}, step.do),
      el("p", { class: "muted sp-run__hint" }, `About ${minutes} minute${minutes === 1 ? "" : "s"}. ${step.why ?? ""}`),
      risk ? el("div", { class: "sp-waiting" }, el("p", {}, risk)) : null,
      el("ol", { class: "sp-steps" }, lines.map((line, place) => el("li", {}, el("b", { class: "do" }, line), place + 1 === beside ? pictureOf(step.picture) : null))),
      lines[beside - 1] ? null : pictureOf(step.picture),
      fourAnswers(state),
    ];
  }

  function drawRead(state) {
    const guide = parts.get(`guide-${state.page.node.article}`);
    if (!guide) return [el("h1", {}, "This guide is not in this kit"), el("p", {}, "Call us, or say below that it did not help."), fourAnswers(state)];
    const copy = guide.querySelector("article").cloneNode(true);
    for (const element of copy.querySelectorAll("[id]")) element.removeAttribute("id");
    return [copy, fourAnswers(state)];
  }

  function drawCollect(state) {
    const { fact } = state.page;
    const before = state.answers.get(state.page.address) ?? "";
    const label = el("h1", {}, el("label", { for: "answer" }, headingOf(state.page)));
    const hint = el("span", { class: "usa-hint", id: "answer-hint" }, fact.help || "Do not type voter names, dates of birth or ID numbers.");
    if (fact.type === "photo") {
      const how = el("p", { id: "answer" }, "Take the photo with a phone and keep it. You can send it when your line is back.");
      return [formOf(state, [el("h1", {}, headingOf(state.page)), hint, how], { first: "p", value: () => ({ answer: fact.optional ? SKIPPED : "photo" }) })];
    }
    const field = el("input", { class: "usa-input sp-wide", type: "text", id: "answer", name: "answer", value: before === SKIPPED ? "" : before, maxlength: fact.max || 2000, "aria-describedby": "answer-hint" });
    const value = (sent) => {
      const typed = sent.get("answer").trim() || (fact.optional ? SKIPPED : "");
      return typedWords(fact, typed) === null ? { problem: "Fill this in. Write “not known” if you do not know." } : { answer: typed };
    };
    return [formOf(state, [label, fact.optional ? el("p", { class: "muted" }, "You may leave this empty.") : null, hint, field], { first: "#answer", value })];
  }

  function fourAnswers(state) {
    const buttons = FOUR.map(([value, words]) => {
      const button = el("button", { type: "button" }, words);
      button.addEventListener("click", () => goOn(state, value));
      return button;
    });
    return el("section", { class: "sp-fixbox", "aria-labelledby": "four-answers-h" }, el("h2", { id: "four-answers-h" }, "Did that fix it?"), el("div", { class: "sp-four" }, buttons));
  }

  /** The picture stands once in the file, on the sheet; here it is shown again. */
  function lessonOf(lines) {
    if (!lines?.length) return null;
    return el("details", { class: "sp-more sp-look" }, el("summary", {}, "Show me how to look"), el("div", {}, el("ol", {}, lines.map((line) => el("li", {}, line)))));
  }

  function pictureOf(picture) {
    if (!picture) return null;
    const named = `img[data-picture="${CSS.escape(picture.file)}"]`;
    const shown = [...parts.values()].map((part) => part.querySelector(named)).find(Boolean);
    if (!shown) return el("p", {}, `Picture: ${picture.alt ?? ""}`);
    return el("figure", { class: "sp-fig" }, el("img", { src: shown.src, alt: picture.alt ?? "" }));
  }

  function endOf(state) {
    const end = state.walk.outcome;
    state.page = null;
    const print = el("button", { type: "button", class: "usa-button usa-button--outline no-print" }, "Print this page");
    print.addEventListener("click", () => globalThis.print());
    const top = end.kind === "solved" ? [el("h1", {}, end.say || "It is solved."), end.next ? el("p", { class: "sp-lead" }, end.next) : null] : callNow(state, end);
    return [backLink(state), named(state), ...top, answersSoFar(state), el("p", {}, print)].filter(Boolean);
  }

  function callNow(state, end) {
    const call = end.call ?? kit.desk;
    const number = call.phone ? el("a", { class: "tel", href: `tel:${call.tel}` }, call.phone) : null;
    const meanwhile = end.meanwhile ?? [];
    return [
      el("section", { class: "sp-callnow" }, el("h1", { class: "sp-callnow__title" }, end.say || "Call us. We go on from here together."), el("p", { class: "sp-callnow__who" }, call.who), number, kit.busy && call.who === kit.desk.who ? el("p", {}, `On Election Day: ${kit.busy}`) : null),
      end.next ? el("p", { class: "sp-lead" }, end.next) : null,
      meanwhile.length ? el("section", { class: "sp-sec" }, el("h2", {}, "While you wait"), el("ol", { class: "sp-steps" }, meanwhile.map((line) => el("li", {}, el("b", { class: "do" }, line))))) : null,
      el("p", {}, `Say “${state.tree.title}”, and read out your answers below. This file cannot send a request. When your line is back, open ${kit.site}.`),
    ];
  }

  /* Everything on paper, and old kits. */

  function startPrinting() {
    for (const button of document.querySelectorAll("[data-print]")) {
      button.hidden = false;
      button.addEventListener("click", () => {
        if (button.dataset.print === "all") holder.replaceChildren(...[...parts.values()].filter((part) => part !== walkPart));
        globalThis.print();
      });
    }
    addEventListener("afterprint", route);
  }

  function sayWhenOld() {
    const today = new Date();
    const day = [today.getFullYear(), today.getMonth() + 1, today.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
    document.getElementById("kit-old").hidden = day <= kit.until;
  }

  document.documentElement.classList.add("kit-live");
  for (const link of document.querySelectorAll("[data-walk]")) link.hidden = false;
  startSearch();
  startPrinting();
  sayWhenOld();
  addEventListener("hashchange", route);
  route();
})();
