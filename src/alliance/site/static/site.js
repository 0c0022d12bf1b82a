// What is too large for the page scrolls in a box of its own: let the keyboard reach it where there is something to scroll.
const boxes = document.querySelectorAll(".scroll, .sheet, .bd-article pre, .cell_output .output, .pst-scrollable-table-container");
const reach = (box) => {
  if (box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1) {
    box.tabIndex = 0;
    if (!box.hasAttribute("role")) {
      box.setAttribute("role", "group");
      box.setAttribute("aria-label", box.matches("pre") ? "Code that scrolls" : box.matches(".sheet") ? "Figure that scrolls" : "Table that scrolls");
    }
  } else if (box.getAttribute("role") === "group") {
    ["tabindex", "role", "aria-label"].forEach((name) => box.removeAttribute(name));
  } else {
    box.removeAttribute("tabindex");
  }
};
const observer = new ResizeObserver((entries) => entries.forEach((entry) => reach(entry.target)));
boxes.forEach((box) => observer.observe(box));

// The arrows that unfold a part of the navigation have no name in the theme.
for (const arrow of document.querySelectorAll("summary:has(.toctree-toggle)")) {
  const part = arrow.closest("li").querySelector("a");
  arrow.setAttribute("aria-label", `Pages of ${part.textContent.trim()}`);
}

// A link to something that is folded up unfolds it.
const unfold = () => {
  let name = "";
  try { name = decodeURIComponent(location.hash.slice(1)); } catch { /* such as "#100%", which leads nowhere */ }
  const target = name && document.getElementById(name);
  for (let box = target && target.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
  if (target) target.scrollIntoView();
};
addEventListener("hashchange", unfold);
if (location.hash) unfold();

// Paper is white: what was chosen for a dark page would be pale on it.
const page = document.documentElement;
let chosen;
addEventListener("beforeprint", () => {
  for (const box of document.querySelectorAll("details.folded")) box.open = true;
  chosen = page.dataset.theme;
  page.dataset.theme = "light";
});
addEventListener("afterprint", () => { page.dataset.theme = chosen; });
