// Finds and ranks: cuts words alike in what is searched and in what is asked for, and weighs every place that has them.
// `searchIn(records)` gives `search(question)`, and `WORD` and `term` to whoever shows the results.
window.searchIn = (RECORDS) => {
  // A claim is the answer to most questions; what is written for authors is that to few.
  const WORTH = { claim: 1.7, table: 1.25, word: 1.5, lesson: 1.15, exercise: 0.9, page: 0.9, teaching: 0.55, making: 0.45 };
  // Numbers keep their point and lose their commas; the number of a claim is one word.
  const WORD = /(?<![\p{L}\p{N}])[ab]\d\d-\d\d(?!\d)|\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)?|\p{L}[\p{L}\p{M}]*/giu;
  const SMALL = new Set("a an and are as at be by did do does for from how in is it many much of on or s the to was were what which who with".split(" "));
  const TITLE = 6;

  const plain = (word) => word.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const stem = (word) => {
    if (!/^[a-z]{4,}$/.test(word)) return word;
    const one = word.replace(/ies$/, "y").replace(/([^sui])s$/, "$1");
    return one.length > 5 ? one.replace(/(ing|ed|e)$/, "") : one;
  };
  const known = new Map();
  const term = (word) => {
    let made = known.get(word);
    if (made === undefined) known.set(word, (made = stem(plain(word).replace(/(?<=\d),(?=\d)/g, ""))));
    return made;
  };
  const terms = (text) => (text.match(WORD) || []).map(term);

  // --- what there is: for each term, the places that have it, and how often -----------------------------------------
  const places = new Map();
  const lengths = [];
  const note = (word, number, weight) => {
    let found = places.get(word);
    if (!found) places.set(word, (found = new Map()));
    found.set(number, (found.get(number) || 0) + weight);
  };
  RECORDS.forEach(([, , page, title, , text], number) => {
    const words = terms(text);
    words.forEach((word) => note(word, number, 1));
    new Set(terms(title)).forEach((word) => note(word, number, TITLE));
    if (page !== title) new Set(terms(page)).forEach((word) => note(word, number, 1));
    lengths.push(words.length);
  });

  // --- what is asked for -----------------------------------------------------------------------------------------
  // Edits between two words, where two letters that have changed places are one; `most` and more are all the same.
  const edits = (one, other, most) => {
    if (Math.abs(one.length - other.length) > most) return most + 1;
    let [before, last] = [[], [...Array(other.length + 1).keys()]];
    for (let i = 1; i <= one.length; i++) {
      const row = [i];
      for (let j = 1; j <= other.length; j++) {
        row[j] = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (one[i - 1] === other[j - 1] ? 0 : 1));
        if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]) row[j] = Math.min(row[j], before[j - 2] + 1);
      }
      if (Math.min(...row) > most) return most + 1;
      [before, last] = [last, row];
    }
    return last[other.length];
  };
  const isNumber = (word) => /^\d/.test(word);
  // Terms that answer to a word, each with its worth: the word, what begins with it, and if there is neither, what is spelled nearly so.
  const meant = (word) => {
    const found = new Map();
    if (places.has(word)) found.set(word, 1);
    if (word.length >= 3 && (!isNumber(word) || !found.size)) {
      for (const one of places.keys()) {
        if (one !== word && one.startsWith(word) && (!isNumber(word) || !/^[\d.]+$/.test(one))) found.set(one, 0.5);
      }
    }
    if (!found.size && /^\p{L}{4,}$/u.test(word)) {
      let most = word.length > 7 ? 2 : 1;
      for (const one of places.keys()) {
        const away = isNumber(one) ? most + 1 : edits(word, one, most);
        if (away < most) { most = away; found.clear(); }
        if (away <= most) found.set(one, 0.6 ** away);
      }
    }
    return found;
  };

  const inOrder = (words, wanted) => {
    for (let start = 0; start + wanted.length <= words.length; start++) {
      if (wanted.every((one, i) => one.has(words[start + i]))) return true;
    }
    return false;
  };

  // The places that answer to a question, best first; `whole` says whether they have all of its words.
  const search = (question) => {
    const all = terms(question);
    const few = all.filter((word) => !SMALL.has(word));
    const asked = [...new Set(few.length ? few : all)];
    const answers = new Map(all.map((word) => [word, meant(word)]));
    const mean = lengths.reduce((sum, one) => sum + one, 0) / lengths.length;
    const scores = new Map();
    for (const word of asked) {
      const best = new Map();
      for (const [one, worth] of answers.get(word)) {
        const having = places.get(one);
        const rare = Math.log(1 + RECORDS.length / having.size);
        for (const [number, often] of having) {
          const weight = (worth * rare * often) / (often + 0.6 + 0.9 * (lengths[number] / mean));
          best.set(number, Math.max(best.get(number) || 0, weight));
        }
      }
      for (const [number, weight] of best) {
        const score = scores.get(number) || { count: 0, weight: 0 };
        scores.set(number, { count: score.count + 1, weight: score.weight + weight });
      }
    }
    const most = Math.max(0, ...[...scores.values()].map((score) => score.count));
    const phrase = all.map((word) => new Set(answers.get(word).keys()));
    const exact = phrase.map((_, i) => new Set([all[i]]));
    const found = [...scores].filter(([, score]) => score.count === most).map(([number, score]) => {
      const [address, kind, page, title, , text] = RECORDS[number];
      let weight = score.weight * WORTH[kind];
      const named = terms(title);
      if (all.length > 1) {
        const words = terms(text);
        if (inOrder(named, phrase)) weight *= 3;
        else if (inOrder(words, exact)) weight *= 2;
        else if (inOrder(words, phrase)) weight *= 1.6;
      }
      // Somebody who types a name, all of it, wants what is called so: a claim, a table (before the colon), a word.
      const name = terms(title.split(":")[0]);
      if (name.length === all.length && name.every((one, i) => one === all[i])) weight *= 10;
      return { address, kind, page, title, weight, number };
    });
    const byWeight = (one, other) => other.weight - one.weight || one.number - other.number;
    found.sort(byWeight);
    // Of each kind the best are seen, not twenty of one kind first.
    const before = {};
    for (const one of found) one.weight *= 0.85 ** (before[one.kind] = (before[one.kind] ?? -1) + 1);
    found.sort(byWeight);
    return { found, whole: most === asked.length, near: new Set(asked.flatMap((word) => [...answers.get(word).keys()])) };
  };

  return { search, terms, term, WORD };
};
