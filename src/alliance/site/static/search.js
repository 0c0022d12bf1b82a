// The page for searching: asks what finds and ranks (search_ranking.js), and shows the best first.
(() => {
  const SHOWN = 15;
  const LETTERS = 200; // of a text, beside a result
  const NAMES = {
    claim: "Claim", lesson: "Lesson", exercise: "Exercise", table: "Table", word: "Glossary",
    teaching: "For teachers", making: "How it's made", page: "Page",
  };
  const INDEX = window.searchIndex;
  const said = document.getElementById("search-said");
  if (!INDEX) {
    said.textContent = "The search index didn't load. Reload the page; if that doesn't help, this copy of the site is incomplete.";
    return;
  }
  const { search, terms, term, WORD } = window.searchIn(INDEX);

  const make = (tag, className, text) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text) element.textContent = text;
    return element;
  };
  const marked = (element, text, near) => {
    let last = 0;
    for (const match of text.matchAll(WORD)) {
      if (!near.has(term(match[0]))) continue;
      element.append(text.slice(last, match.index), make("mark", "", match[0]));
      last = match.index + match[0].length;
    }
    element.append(text.slice(last));
    return element;
  };
  // The piece of a text that has most of what was asked for.
  const snippet = (text, near) => {
    const hits = [...text.matchAll(WORD)].filter((match) => near.has(term(match[0])));
    let start = 0, most = 0;
    hits.forEach((hit, i) => {
      const within = new Set(hits.slice(i).filter((one) => one.index < hit.index + 150).map((one) => term(one[0]))).size;
      if (within > most) [start, most] = [hit.index, within];
    });
    const begin = Math.min(start - 50, text.length - LETTERS); // near the end it begins earlier, and is as long
    const from = begin < 10 ? 0 : text.indexOf(" ", begin) + 1;
    const to = from + LETTERS >= text.length ? text.length : text.lastIndexOf(" ", from + LETTERS);
    return (from ? "… " : "") + text.slice(from, to > from ? to : from + LETTERS) + (to < text.length ? " …" : "");
  };
  const root = document.documentElement.dataset.content_root || "./";
  const item = ({ address, kind, page, title, verdict, number }, near) => {
    const line = make("li");
    const where = [NAMES[kind], verdict || (page !== title && kind !== "word" ? page : "")].filter(Boolean).join(" · ");
    const link = marked(make("a"), title, near);
    link.href = root + address;
    const text = make("p");
    text.dataset.place = number;
    line.append(link, make("span", "where", where), text);
    return line;
  };

  // Texts are fetched once a place of their kind is shown. As scripts: so that a folder without a server can be searched.
  const parts = new Map();
  const texts = (part) => {
    if (!parts.has(part)) {
      parts.set(part, new Promise((done) => {
        const script = make("script");
        script.src = `${root}search_texts_${part}.js`;
        script.onload = script.onerror = done;
        document.head.append(script);
      }));
    }
    return parts.get(part);
  };
  // What is shown without its text, because that couldn't be fetched, is found all the same.
  const fill = (near) => {
    for (const element of list.querySelectorAll("p:empty")) {
      const text = window.searchTexts?.[element.dataset.place];
      if (text) marked(element, snippet(text, near), near);
    }
  };

  const field = document.querySelector(".bd-search-container input[type=search]");
  const list = document.getElementById("search-results");
  const more = document.getElementById("search-more");
  let shown = SHOWN, asking = 0;
  const counted = (count) => (count === 1 ? "1 result" : `${count.toLocaleString("en")} results`);
  const show = () => {
    const question = field.value.trim();
    const asked = terms(question).length > 0;
    const { found, whole, near } = asked ? search(question) : { found: [], whole: 0, near: new Set() };
    const first = found.slice(0, shown);
    list.replaceChildren(...first.map((one) => item(one, near)));
    fill(near);
    const now = ++asking;
    for (const part of new Set(first.map((one) => one.part))) texts(part).then(() => { if (now === asking) fill(near); });
    more.hidden = found.length <= shown;
    if (!asked) said.textContent = "";
    else if (!found.length) said.textContent = "Nothing found. Try fewer words or another spelling. The solved exercises are left out of the search.";
    else if (!whole) said.textContent = `Nothing has all of these words; ${counted(found.length)} with some of them.`;
    else if (whole < found.length) said.textContent = `${counted(found.length)}, best matches first; ${whole} ${whole === 1 ? "has" : "have"} all of the words.`;
    else said.textContent = found.length === 1 ? "1 result." : `${counted(found.length)}, best matches first.`;
  };
  const ask = () => {
    shown = SHOWN;
    const query = field.value.trim();
    history.replaceState(null, "", query ? `?q=${encodeURIComponent(query)}` : location.pathname);
    show();
  };

  field.value = new URLSearchParams(location.search).get("q") || "";
  show();
  field.addEventListener("input", ask);
  field.form.addEventListener("submit", (event) => { event.preventDefault(); ask(); });
  more.addEventListener("click", () => {
    const next = list.children.length;
    shown += SHOWN;
    show();
    list.children[next].querySelector("a").focus();
  });
  field.focus();
})();
