// The page for searching: asks what finds and ranks (search_ranking.js), and shows the best first.
(() => {
  const SHOWN = 15;
  const NAMES = {
    claim: "Claim", lesson: "Lesson", exercise: "Exercise", table: "Table", word: "Glossary",
    teaching: "For teachers", making: "How it is made", page: "Page",
  };
  const RECORDS = window.searchRecords;
  const said = document.getElementById("search-said");
  if (!RECORDS) {
    said.textContent = "What is searched didn't come. Load the page again; if that doesn't help, the site's address has changed or its copy isn't whole.";
    return;
  }
  const { search, terms, term, WORD } = window.searchIn(RECORDS);

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
    const from = start < 60 ? 0 : text.indexOf(" ", start - 50) + 1;
    const to = from + 200 >= text.length ? text.length : text.lastIndexOf(" ", from + 200);
    return (from ? "… " : "") + text.slice(from, to > from ? to : from + 200) + (to < text.length ? " …" : "");
  };
  const root = document.documentElement.dataset.content_root || "./";
  const item = ({ address, kind, page, title, number }, near) => {
    const [, , , , verdict, text] = RECORDS[number];
    const line = make("li");
    const where = [NAMES[kind], verdict || (page !== title && kind !== "word" ? page : "")].filter(Boolean).join(" · ");
    const link = marked(make("a"), title, near);
    link.href = root + address;
    line.append(link, make("span", "where", where));
    if (text) line.append(marked(make("p"), snippet(text, near), near));
    return line;
  };

  const field = document.querySelector(".bd-search-container input[type=search]");
  const list = document.getElementById("search-results");
  const more = document.getElementById("search-more");
  let shown = SHOWN;
  const counted = (count) => (count === 1 ? "1 place" : `${count.toLocaleString("en")} places`);
  const show = () => {
    const question = field.value.trim();
    const asked = terms(question).length > 0;
    const { found, whole, near } = asked ? search(question) : { found: [], whole: 0, near: new Set() };
    list.replaceChildren(...found.slice(0, shown).map((one) => item(one, near)));
    more.hidden = found.length <= shown;
    if (!asked) said.textContent = "";
    else if (!found.length) said.textContent = "Nothing has these words. Try fewer words, or another spelling. The solved exercises are not searched.";
    else if (!whole) said.textContent = `No place has all of these words; ${counted(found.length)} ${found.length === 1 ? "has" : "have"} some of them.`;
    else if (whole < found.length) said.textContent = `${counted(found.length)}, the best first; ${whole} ${whole === 1 ? "has" : "have"} all of the words.`;
    else said.textContent = `${counted(found.length)}, the best first.`;
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
