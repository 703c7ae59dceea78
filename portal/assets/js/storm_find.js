/* Search inside the storm kit. Words were taken apart when the file was made, so that the rules are those of the
   site: what a clerk types is looked up as it stands, then by its beginning, then with one letter changed. */
"use strict";

(() => {
  const WORD = /[\p{L}\p{N}]+(?:['’ʼ][\p{L}\p{N}]+)*/gu;
  const CONTRACTED = /['’ʼ](?:s|d|m|ll|re|ve)$/u;
  // As on the site: a word that only means the same counts less than a word that was typed.
  const MEANT = 0.4;
  const GUESSED = 0.6;
  const LEAST_GUESSED_LETTERS = 4;
  const MOST_LETTERS = 300;
  const MOST_RESULTS = 10;

  /** Case, accents and apostrophes taken off: "Clerk's" is "clerk", "don't" is "dont". */
  function fold(word) {
    const plain = word.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");
    return plain.replace(CONTRACTED, "").replace(/['’ʼ]/gu, "").slice(0, 40);
  }

  function makeFinder({ words, posts, said }) {
    const numbers = new Map(Object.entries(words));
    const listed = [...numbers.keys()].filter((word) => numbers.get(word) >= 0);
    const byFirst = new Map();
    for (const [say, means] of said) {
      if (!byFirst.has(say[0])) byFirst.set(say[0], []);
      byFirst.get(say[0]).push([say, means]);
    }

    /** The numbers of the stems that a word may stand for, each with its weight; nothing for common words. */
    function stemsOf(word) {
      const number = numbers.get(word);
      if (number !== undefined) return number < 0 ? [] : [[number, 1]];
      if (word.length < LEAST_GUESSED_LETTERS) return [];
      const begins = listed.filter((known) => known.startsWith(word) || isLonger(word, known));
      const near = begins.length ? begins : listed.filter((known) => isNear(word, known));
      return [...new Set(near.map((known) => numbers.get(known)))].map((stem) => [stem, GUESSED]);
    }

    /** The documents for these words, best first: pairs of number and score. */
    function find(text) {
      const typed = (text.slice(0, MOST_LETTERS).match(WORD) ?? []).map(fold).filter(Boolean);
      const rows = typed.map(stemsOf);
      const weights = new Map();
      for (const [stem, weight] of rows.flat()) weights.set(stem, Math.max(weight, weights.get(stem) ?? 0));
      for (const [stem, weight] of meant(rowOf(typed))) if (!weights.has(stem)) weights.set(stem, weight);
      const scores = new Map();
      for (const [stem, weight] of weights) {
        const pairs = posts[stem] ?? [];
        for (let at = 0; at < pairs.length; at += 2) {
          scores.set(pairs[at], (scores.get(pairs[at]) ?? 0) + weight * pairs[at + 1]);
        }
      }
      return [...scores].sort((one, two) => two[1] - one[1] || one[0] - two[0]).slice(0, MOST_RESULTS);
    }

    /** The stems of the row as they stand, common words too: a saying may have one in its middle. */
    function rowOf(typed) {
      return typed.map((word) => numbers.get(word) ?? stemsOf(word)[0]?.[0]).map((number) => number ?? null);
    }

    function* meant(row) {
      for (let place = 0; place < row.length; place += 1) {
        for (const [say, means] of byFirst.get(row[place]) ?? []) {
          if (!say.every((stem, further) => row[place + further] === stem)) continue;
          for (const meaning of means) {
            for (const stem of meaning) yield [stem, MEANT / meaning.length];
          }
        }
      }
    }

    return find;
  }

  /** Whether the typed word is a known one with an ending that no page has, such as "printers" for "printer". */
  function isLonger(word, known) {
    return known.length >= LEAST_GUESSED_LETTERS && word.length - known.length <= 3 && word.startsWith(known);
  }

  /** Whether two words differ by one letter: one more, one less, another, or two swapped. */
  function isNear(one, two) {
    if (Math.abs(one.length - two.length) > 1 || one[0] !== two[0]) return false;
    let start = 0;
    while (start < one.length && one[start] === two[start]) start += 1;
    const [restOne, restTwo] = [one.slice(start), two.slice(start)];
    return (
      restOne.slice(1) === restTwo.slice(1) ||
      restOne.slice(1) === restTwo ||
      restOne === restTwo.slice(1) ||
      (restOne[0] === restTwo[1] && restOne[1] === restTwo[0] && restOne.slice(2) === restTwo.slice(2))
    );
  }

  globalThis.stormKit = { ...globalThis.stormKit, makeFinder };
})();
