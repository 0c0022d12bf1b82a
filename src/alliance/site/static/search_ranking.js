// Finds and ranks: cuts what is asked for into words, as the site's index was cut (searching/words.py), and weighs every
// place that has them. `searchIn(index)` gives `search(question)`, and
// what it rests on: `terms(text)`, `placesOf(term)`, and `WORD` and `term` for whoever shows the results.
window.searchIn = (INDEX) => {
  // A claim is the answer to most questions; what is written for authors is that to few.
  const WORTH = { claim: 1.7, table: 1.25, word: 1.5, lesson: 1.15, exercise: 0.9, page: 0.9, teaching: 0.55, making: 0.45 };
  const SAYS_LITTLE = 0.55; // of a claim that nobody tested, and of a word that only leads to another
  const MANY = 4; // sections of a lesson
  // Numbers keep their point and lose their commas; the number of a claim is one word, and so are initials such as "U.S.".
  const WORD = /(?<![\p{L}\p{N}])(?:[ab]\d\d-\d\d(?!\d)|\p{L}(?:\.\p{L})+(?![\p{L}\p{N}])\.?)|\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)?|\p{L}[\p{L}\p{M}]*|%/giu;
  const CLAIM = /(?<![\p{L}\p{N}])([ab])\s?0?(\d{1,2})\s?[-‐‑–—]\s?0?(\d{1,2})(?![\p{L}\p{N}])/giu; // as people type it
  const SMALL = new Set(INDEX.small.split(" "));

  const plain = (word) => word.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  // American and British spelling are one: defense, color, center, modernize, program.
  const british = (word) => word
    .replace(/ens(e|ed|es|ing|ive)$/, "enc$1").replace(/(?<=[a-z]{3})our(?=ed$|ing$|able$|$)/, "or").replace(/(?<=[a-z]{2})tre$/, "ter")
    .replace(/(?<=[a-z]{2})iz(?=e$|ed$|es$|er$|ing$|ation$)/, "is").replace(/yz(?=e$|ed$|es$|ing$)/, "ys").replace(/ogue$/, "og").replace(/gramme$/, "gram");
  const stem = (word) => {
    if (!/^[a-z]{4,}$/.test(word)) return word;
    const one = british(word.replace(/ies$/, "y").replace(/([^sui])s$/, "$1"));
    return one.length > 5 ? one.replace(/(ing|ed|e)$/, "") : one;
  };
  const known = new Map();
  const term = (word) => {
    let made = known.get(word);
    if (made !== undefined) return made;
    if (word === "%") made = "percent";
    else if (/^\d/.test(word)) made = word.replaceAll(",", "").replace(/^0+(?=\d)/, ""); // lesson 08 is lesson 8
    else made = stem(plain(word).replaceAll(".", ""));
    known.set(word, made);
    return made;
  };
  const terms = (text) => (text.match(WORD) || []).map(term);

  // --- what there is: for each term, the places that have it, and how often -----------------------------------------
  const lengths = INDEX.places.map((place) => place[5]);
  const mean = lengths.reduce((sum, one) => sum + one, 0) / lengths.length;
  const elsewhere = new Set(INDEX.elsewhere); // words of the glossary that only lead to another
  const placeOf = (number) => {
    const [page, anchor, kind, title, verdict] = INDEX.places[number];
    const [address, heading] = INDEX.pages[page];
    const [name, called, part] = INDEX.kinds[kind];
    return { number, address: address + anchor, kind: name, called, part, page: heading, title: title || heading, verdict: INDEX.verdicts[verdict] };
  };
  const packed = INDEX.found.split(" ");
  const places = new Map(INDEX.terms.split(" ").map((word, i) => [word, i]));
  const digit = new Map([...INDEX.alphabet].map((sign, i) => [sign.charCodeAt(0), i]));
  const base = INDEX.alphabet.length >> 1;
  // The places of a term and how often each has it, as searching/index.py has packed them.
  const unpacked = (text) => {
    const found = new Map();
    let at = 0, number = -1;
    const next = () => {
      for (let value = 0; ; ) {
        const one = digit.get(text.charCodeAt(at++));
        if (one < base) return value * base + one;
        value = value * base + one - base;
      }
    };
    while (at < text.length) {
      const step = next();
      number += (step >> 1) + 1;
      found.set(number, step & 1 ? next() + 2 : 1);
    }
    return found;
  };
  const opened = new Map();
  const placesOf = (word) => {
    if (!opened.has(word)) opened.set(word, unpacked(packed[places.get(word)]));
    return opened.get(word);
  };

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
  const rarity = (count) => Math.log(1 + lengths.length / Math.max(1, count));
  const isNumber = (word) => /^\d/.test(word);
  // Terms that answer to a word, each with its worth: the word, what begins with it, and if there is neither, what is spelled nearly so.
  const meant = (word) => {
    const found = new Map();
    if (places.has(word)) found.set(word, 1);
    if (word.length >= (found.size ? 4 : 3) && (!isNumber(word) || !found.size)) {
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

  // The places that answer to a question, best first; `whole` is how many of them have all of its words.
  const search = (question) => {
    const all = terms(question.replace(CLAIM, (_, letter, paragraph, number) => `${letter}${paragraph.padStart(2, "0")}-${number.padStart(2, "0")}`));
    const few = all.filter((word) => !SMALL.has(word));
    const asked = [...new Set(few.length ? few : all)];
    const answers = new Map(all.map((word) => [word, meant(word)]));
    const scores = new Map();
    let worthOfAll = 0;
    for (const word of asked) {
      const best = new Map();
      for (const [one, worth] of answers.get(word)) {
        const having = placesOf(one);
        const rare = rarity(having.size);
        for (const [number, often] of having) {
          const weight = (worth * rare * often) / (often + 0.6 + 0.9 * (lengths[number] / mean));
          best.set(number, Math.max(best.get(number) || 0, weight));
        }
      }
      const rare = rarity(best.size);
      worthOfAll += rare;
      for (const [number, weight] of best) {
        const score = scores.get(number) || { count: 0, weight: 0, worth: 0 };
        scores.set(number, { count: score.count + 1, weight: score.weight + weight, worth: score.worth + rare });
      }
    }
    const phrase = all.map((word) => new Set(answers.get(word).keys()));
    const wanted = asked.map((word) => new Set(answers.get(word).keys()));
    let found = [...scores].map(([place, { count, weight: sum, worth }]) => {
      const { kind, called, title, verdict } = placeOf(place);
      // What lacks a word that matters little may still answer best; what lacks the word that matters does not.
      const covered = worth / worthOfAll;
      let weight = sum * WORTH[kind] * covered ** 3;
      if ((kind === "claim" && verdict === "Not judged") || elsewhere.has(place)) weight *= SAYS_LITTLE;
      const named = terms(title);
      if (all.length > 1 && covered > 0.999 && inOrder(named, phrase)) weight *= 3;
      // A title that has what was asked for, and little else.
      const telling = named.filter((one) => !SMALL.has(one));
      const hit = wanted.filter((one) => telling.some((name) => one.has(name))).length;
      if (hit === wanted.length) weight *= 1 + hit / telling.length;
      // Somebody who types a name, all of it, wants what is called so: a claim, a table (before the colon), a word.
      const name = terms(title.split(":")[0]);
      // So does who types its kind and number: lesson 8, task 8.2.
      const numbered = all.length === 2 && isNumber(all[1]) && named[0] === all[1] && terms(called).includes(all[0]);
      if (numbered || (name.length === all.length && name.every((one, i) => one === all[i]))) weight *= 10;
      return { ...placeOf(place), weight, covered, all: count === asked.length };
    });
    const most = Math.max(0, ...found.map((one) => one.covered));
    found = found.filter((one) => one.covered > most * 0.6);
    const byWeight = (one, other) => other.weight - one.weight || one.number - other.number;
    found.sort(byWeight);
    // Of each kind the best are seen, not twenty of one kind first.
    const before = {};
    for (const one of found) one.weight *= 0.75 ** (before[one.kind] = (before[one.kind] ?? -1) + 1);
    found.sort(byWeight);
    // A lesson of which many sections have all of the words is about them: it stands among the first three.
    const lessons = new Map();
    found.forEach((one, i) => {
      if (one.kind === "lesson" && one.all) lessons.set(one.page, [...(lessons.get(one.page) || []), i]);
    });
    const about = [...lessons.values()].sort((one, other) => other.length - one.length || one[0] - other[0])[0];
    if (about?.length >= MANY && about[0] > 2) found.splice(2, 0, ...found.splice(about[0], 1));
    return { found, whole: found.filter((one) => one.all).length, near: new Set(asked.flatMap((word) => [...answers.get(word).keys()])) };
  };

  return { search, placesOf, terms, term, WORD };
};
