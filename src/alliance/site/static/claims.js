// Filter and sort the list of claims. The choice stands in the address, so that it can be linked to and kept.
const form = document.querySelector("form.filter");
const body = document.querySelector("table.claims tbody");
const rows = [...body.rows];
const plain = (text) => text.toLowerCase().replace(/(\d),(?=\d{3})/g, "$1"); // "1,700" is 1700, however it is typed
const texts = rows.map((row) => plain(row.textContent));
const shown = document.getElementById("shown");
const keys = ["outcome", "verdict", "topic", "lesson", "article"];
const inOrder = (values) => Object.fromEntries([...values].map((value, place) => [value, place]));
const verdicts = inOrder([...form.elements.verdict.options].map((option) => option.value));
const size = (row) => (row.dataset.error === undefined ? -1 : Math.abs(row.dataset.error));
const orders = {
  "": () => 0,
  verdict: (one, two) => (verdicts[one.dataset.verdict || "-"] ?? 99) - (verdicts[two.dataset.verdict || "-"] ?? 99),
  topic: (one, two) => one.dataset.topic.localeCompare(two.dataset.topic),
  error: (one, two) => size(two) - size(one),
};
const named = () => {
  try { return decodeURIComponent(location.hash.slice(1)); } catch { return ""; } // such as "#100%"
};
const choice = () => Object.fromEntries(new FormData(form));

// The outcome that is chosen stands in view in its row, which scrolls on a telephone.
const showChosen = () => {
  const row = form.querySelector(".chips");
  const chip = row.querySelector("input:checked").closest(".chip");
  row.scrollLeft = chip.offsetLeft - (row.clientWidth - chip.offsetWidth) / 2;
};

const choose = () => {
  const wanted = choice();
  showChosen();
  const words = plain(wanted.words).split(/\s+/).filter(Boolean);
  let count = 0, untested = 0, asked = false;
  rows.forEach((row, i) => {
    const fits = keys.every((key) => !wanted[key] || row.dataset[key] === wanted[key]) && words.every((word) => texts[i].includes(word));
    const passes = fits && (Boolean(wanted.all) || wanted.outcome === "not judged" || row.dataset.outcome !== "not judged");
    const called = row.id === named();
    row.hidden = !passes && !called;
    count += passes;
    untested += fits && !passes;
    asked ||= called && !passes;
  });
  const parts = [`${count} of ${rows.length} claims`];
  if (untested) parts.push(untested === 1 ? "The 1 that we didn't test is left out" : `The ${untested} that we didn't test are left out`);
  if (asked) parts.push(`${named()} is shown because the link leads to it`);
  if (!count && !untested) parts.push("No claim fits all of this: change or empty a field, or press “Reset”");
  shown.textContent = parts.length > 1 ? `${parts.join(". ")}.` : parts[0];
  rows.slice().sort(orders[wanted.sort] ?? orders[""]).forEach((row) => body.append(row)); // a stable sort: ids in order
  const chosen = new URLSearchParams(Object.entries(wanted).filter(([, value]) => value));
  history.replaceState(null, "", `${location.pathname}${chosen.size ? `?${chosen}` : ""}${location.hash}`);
};

// What an address names stands in view, below header and form, whatever the filters say.
const find = () => {
  choose();
  const row = named() && document.getElementById(named());
  if (!row || !rows.includes(row)) return;
  row.querySelector("details").open = true;
  row.scrollIntoView();
};

const cell = (text) => `"${text.trim().replace(/\s+/g, " ").replaceAll('"', '""')}"`;
const save = () => {
  const part = (row, selector) => row.querySelector(selector)?.textContent ?? "";
  const lines = [["claim", "article", "topic", "lesson", "statement", "printed", "found", "outcome", "verdict", "reason", "page"]];
  for (const row of body.rows) {
    if (row.hidden) continue;
    const { article, topic, lesson, outcome, verdict } = row.dataset;
    const page = row.querySelector("th a").href;
    lines.push([row.id, article, topic, lesson, part(row, ".statement"), part(row, ".was"), part(row, ".is"), outcome, verdict, part(row, ".reason"), page]);
  }
  const file = new Blob([lines.map((line) => line.map(cell).join(",")).join("\r\n") + "\r\n"], { type: "text/csv" });
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(file), download: "claims-shown.csv" });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href));
};

// What an earlier address called a verdict may be an outcome by now.
const outcomes = [...form.elements.outcome].map((one) => one.value);
for (const [name, value] of new URLSearchParams(location.search)) {
  const field = form.elements[name === "verdict" && outcomes.includes(value) ? "outcome" : name];
  if (field?.type === "checkbox") field.checked = Boolean(value);
  else if (field) field.value = value;
}
if (["sort", "verdict", "topic", "lesson", "article", "all"].some((name) => choice()[name])) form.querySelector("details").open = matchMedia("(min-width: 60rem)").matches;
form.classList.add("ready");
form.addEventListener("input", choose);
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("reset", () => setTimeout(choose));
form.querySelector("button.csv").addEventListener("click", save);
addEventListener("hashchange", find);
// On a telephone only the end of the form stays in view: how much lies above it depends on what is unfolded.
const room = () => {
  const above = matchMedia("(max-width: 45rem)").matches ? form.querySelector(".first").offsetTop : 0;
  document.documentElement.style.setProperty("--header", `${document.querySelector(".bd-header").offsetHeight}px`);
  document.documentElement.style.setProperty("--above", `${above}px`);
  document.documentElement.style.setProperty("--filter", `${form.offsetHeight - above}px`);
};
const watch = new ResizeObserver(room);
[form, document.querySelector(".bd-header")].forEach((box) => watch.observe(box));
room();
find();
