// Filter the table of claims. The choice stands in the address, so that it can be linked to and kept as a bookmark.
const form = document.querySelector("form.filter");
const rows = [...document.querySelectorAll("table.claims tbody tr")];
const texts = rows.map((row) => row.textContent.toLowerCase());
const shown = document.getElementById("shown");
const keys = ["verdict", "topic", "lesson", "article"];
const choose = () => {
  const wanted = Object.fromEntries(new FormData(form));
  const words = wanted.words.toLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  rows.forEach((row, i) => {
    const fits = keys.every((key) => !wanted[key] || row.dataset[key] === wanted[key] || row.dataset.outcome === wanted[key])
      && words.every((word) => texts[i].includes(word));
    row.hidden = !fits;
    count += fits;
  });
  shown.textContent = `${count} of ${rows.length} claims${count ? "" : ". No claim fits all of this: change or empty a field, or press “Show all”."}`;
  const chosen = new URLSearchParams(Object.entries(wanted).filter(([, value]) => value));
  history.replaceState(null, "", `${location.pathname}${chosen.size ? `?${chosen}` : ""}${location.hash}`);
};
for (const [name, value] of new URLSearchParams(location.search)) {
  const field = form.elements[name];
  if (field) field.value = value;
}
form.hidden = false;
form.addEventListener("input", choose);
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("reset", () => setTimeout(choose));
choose();
