/* The walk through a diagnostic without a server: the same rules as kb/trees/walking.py, line by line.
   Part of the storm kit, where it stands inside the file; a test walks both and compares. */
"use strict";

(() => {
  const RESULTS = ["fixed", "not_fixed", "could_not", "other"];
  const BUSY_MODES = ["deadline_day", "election_day", "court_in_session"];
  const DEEPEST_CALL = 2;
  const MOST_MOVES = 400;
  const LONGEST_FACT = 2000;
  const NOT_SURE = "not_sure";
  const SKIPPED = "skipped";
  const LOST = { id: "lost", kind: "ticket" };
  const RESULT_WORDS = {
    fixed: "Yes, it is fixed",
    not_fixed: "No, same problem",
    could_not: "I could not do this step",
    other: "Something else is happening now",
  };

  /** What stands under a name, never what every object has by birth. */
  function under(table, name) {
    return table && Object.hasOwn(table, name) ? table[name] : undefined;
  }

  const wayOf = (way) => ({ go: "", retry: 0, otherwise: "", ...way });

  /** The answer that a stored value stands for, or null when the question does not offer it. */
  function choiceOf(node, value) {
    if (value === NOT_SURE) {
      const given = node.not_sure;
      if (!given || given.never) return null;
      return { value, words: "I'm not sure", way: wayOf(given.way), tell: given.tell ?? "" };
    }
    if (value === "none" && node.many && node.none) return chosen([node.none], "none");
    const wanted = new Set(node.many ? value.split("+") : [value]);
    const options = (node.options ?? []).filter((option) =>
      [option.id, ...(option.was ?? [])].some((name) => wanted.has(name)),
    );
    return options.length === wanted.size && options.length
      ? chosen(options, options.map((option) => option.id).join("+"))
      : null;
  }

  function chosen(options, value) {
    const words = options.map((option) => option.say).join(", ");
    return { value, words, way: wayOf(options[0].way), tell: "" };
  }

  /** The words of a typed fact, empty when an optional one was skipped, null when they will not do. */
  function typedWords(fact, value) {
    if (fact.optional && (value === "" || value === SKIPPED)) return "";
    const text = value.trim();
    return text && [...text].length <= (fact.max || LONGEST_FACT) ? text : null;
  }

  /** Replays answers (a Map of addresses to values) from the start, always, and never fails. */
  class Walker {
    constructor(tree, answers, mode, library) {
      Object.assign(this, { tree, answers, mode, library, moves: 0, tell: "", current: null });
      this.trail = [];
      this.facts = new Map();
      this.tried = new Set();
    }

    frame(tree, prefixes, callers) {
      return { tree, prefixes, callers, visits: new Map(), retries: new Map() };
    }

    run(frame) {
      let target = frame.tree.start ?? "";
      while (!under(frame.tree.outcomes, target)) {
        const node = under(frame.tree.nodes, target);
        this.moves += 1;
        if (!node || this.moves > MOST_MOVES) return LOST;
        frame.visits.set(node.id, (frame.visits.get(node.id) ?? 0) + 1);
        const way = this[node.kind](frame, node);
        if (!way) return null;
        target = this.follow(frame, node, way);
      }
      return this.swapped(frame.tree, frame.tree.outcomes[target]);
    }

    swapped(tree, outcome) {
      const busy = BUSY_MODES.includes(this.mode) && under(tree.outcomes, outcome.busy ?? "");
      return busy || outcome;
    }

    follow(frame, node, given) {
      const way = wayOf(given);
      if (!way.retry) return way.go;
      const key = JSON.stringify([node.id, way.go]);
      const used = frame.retries.get(key) ?? 0;
      frame.retries.set(key, used + 1);
      return used < way.retry ? way.go : way.otherwise;
    }

    addresses(frame, node, name = "") {
      const count = frame.visits.get(node.id) ?? 0;
      const suffix = count > 1 ? `~${count}` : "";
      const names = name ? [name] : [node.id, ...(node.was ?? [])];
      return frame.prefixes.flatMap((prefix) => names.map((each) => `${prefix}${each}${suffix}`));
    }

    answer(addresses) {
      const found = addresses.find((address) => this.answers.has(address));
      return found === undefined ? "" : this.answers.get(found);
    }

    page(frame, address, node, more = {}) {
      const within = frame.callers.length ? frame.tree.title : "";
      return { address, kind: node.kind, node, within, slug: frame.tree.slug, tell: this.tell, ...more };
    }

    show(page) {
      this.current = page;
      return null;
    }

    pass(page, value, words, tell = "") {
      this.trail.push({ address: page.address, kind: page.kind, value, words, page });
      this.tell = tell;
    }

    save(frame, name, value, words) {
      this.facts.set(name, { value, words, origin: frame.prefixes[0] });
    }

    knownElsewhere(frame, name) {
      const known = this.facts.get(name);
      return known && known.origin !== frame.prefixes[0] ? known : null;
    }

    ask(frame, node) {
      const known = this.knownElsewhere(frame, node.save ?? "");
      const before = known ? choiceOf(node, known.value) : null;
      if (before) return before.way;
      const addresses = this.addresses(frame, node);
      const page = this.page(frame, addresses[0], node);
      const choice = choiceOf(node, this.answer(addresses));
      if (!choice) return this.show(page);
      this.pass(page, choice.value, choice.words, choice.tell);
      if (node.save) this.save(frame, node.save, choice.value, choice.words);
      return choice.way;
    }

    try(frame, node) {
      for (const step of this.stepsToDo(frame, node)) {
        const addresses = this.addresses(frame, node).map((each) => `${each}.${step.id}`);
        const result = this.answer(addresses) || this.carried(frame, step, node);
        const page = this.page(frame, addresses[0], node, { step });
        if (!RESULTS.includes(result)) return this.show(page);
        this.pass(page, result, RESULT_WORDS[result]);
        this.tried.add(JSON.stringify([frame.tree.slug, step.id]));
        if (result === "fixed") return wayOf(node.fixed);
        if (result === "other") return wayOf(node.not_fixed);
      }
      return wayOf(node.not_fixed);
    }

    *stepsToDo(frame, node) {
      for (const name of node.steps ?? []) {
        const step = under(frame.tree.steps, name);
        const had = this.tried.has(JSON.stringify([frame.tree.slug, name]));
        if (step && (!had || frame.visits.get(node.id) > 1)) yield step;
      }
    }

    carried(frame, step, node) {
      if (frame.visits.get(node.id) > 1) return "";
      for (const other of Object.values(frame.tree.nodes)) {
        const found = this.answers.get(`${frame.prefixes[0]}${other.id}.${step.id}`);
        if (other.kind === "try" && (found === "not_fixed" || found === "could_not")) return found;
      }
      return "";
    }

    read(frame, node) {
      const addresses = this.addresses(frame, node);
      const page = this.page(frame, addresses[0], node);
      const result = this.answer(addresses);
      if (!RESULTS.includes(result)) return this.show(page);
      this.pass(page, result, RESULT_WORDS[result]);
      return wayOf(result === "fixed" ? node.fixed : node.not_fixed);
    }

    collect(frame, node) {
      for (const name of node.facts ?? []) {
        const fact = under(frame.tree.facts, name);
        if (!fact || this.knownElsewhere(frame, fact.name)) continue;
        const addresses = this.addresses(frame, node, fact.name);
        const page = this.page(frame, addresses[0], node, { fact });
        const value = this.answer(addresses);
        const words = value ? typedWords(fact, value) : null;
        if (words === null) return this.show(page);
        this.pass(page, value, words);
        if (words) this.save(frame, fact.name, value, words);
      }
      return wayOf(node.way);
    }

    call(frame, node) {
      const called = under(this.library, node.tree);
      const callers = [...frame.callers, frame.tree.slug];
      if (!called || callers.includes(node.tree) || callers.length > DEEPEST_CALL) return wayOf(node.stopped);
      this.give(frame, node, called);
      const prefixes = this.addresses(frame, node).map((address) => `${address}.`);
      const end = this.run(this.frame(called, prefixes, callers));
      if (!end) return null;
      if (end.kind === "solved") return wayOf(node.fixed);
      return wayOf(end.kind === "ticket" && end !== LOST ? node.not_fixed : node.stopped);
    }

    give(frame, node, called) {
      for (const [name, given] of Object.entries(node.give ?? {})) {
        const known = this.facts.get(given);
        this.save(frame, name, known ? known.value : given, known ? known.words : wordsIn(called, name, given));
      }
    }
  }

  /** The words that a called diagnostic has for a value handed to it. */
  function wordsIn(called, name, value) {
    for (const node of Object.values(called.nodes)) {
      const choice = node.kind === "ask" && node.save === name ? choiceOf(node, value) : null;
      if (choice) return choice.words;
    }
    return value;
  }

  /** The walk that these answers make: its trail, and either the page to show or the outcome. */
  function resolve(tree, answers, mode, library) {
    const walker = new Walker(tree, answers, mode, library);
    const outcome = walker.run(walker.frame(tree, [""], []));
    const { trail, current, facts, tell } = walker;
    return { trail, current, outcome, facts, tell };
  }

  globalThis.stormKit = { ...globalThis.stormKit, resolve, typedWords, choiceOf, RESULT_WORDS, SKIPPED };
})();
