// Sliders, menus and boxes over figures whose states were drawn when the lesson was built.
const waiting = {};
window.explored = (name, states) => waiting[name].resolve(states);

// A script, because pages that are opened from a disk may load scripts and pictures, and nothing else.
const load = (box) => {
  const name = box.dataset.name;
  if (!waiting[name]) {
    waiting[name] = {};
    waiting[name].promise = new Promise((resolve, reject) => {
      Object.assign(waiting[name], { resolve, reject });
      const script = document.createElement("script");
      script.src = box.dataset.states;
      script.onerror = reject;
      document.head.append(script);
    });
  }
  return waiting[name].promise;
};

const MISSING = "This combination was not drawn for the page: run the lesson to see it.";
const LOST = "The other states of this figure could not be loaded.";

for (const box of document.querySelectorAll(".explorable")) {
  const form = box.querySelector("form");
  const controls = [...form.querySelectorAll("input, select")];
  const spoken = box.querySelector(".spoken");
  const picture = box.querySelector(".state img");
  const words = box.querySelector(".state .words");
  const data = box.querySelector(".state .data");
  const place = (control) =>
    control.type === "checkbox" ? Number(control.checked) : control.tagName === "SELECT" ? control.selectedIndex : Number(control.value);
  const state = () => controls.map(place).join(",");
  form.reset(); // a page that is loaded again keeps what was moved, but not what it showed
  const first = state();

  const show = async () => {
    for (const control of controls) {
      if (control.type !== "range") continue;
      const word = JSON.parse(control.dataset.words)[place(control)];
      control.setAttribute("aria-valuetext", word);
      form.querySelector(`output[for="${control.id}"]`).textContent = word;
    }
    const wanted = state();
    let states;
    try { states = await load(box); } catch { spoken.textContent = LOST; spoken.classList.add("said"); return; }
    if (wanted !== state()) return; // moved on while it was loading
    const found = states.shown[states.at[wanted]];
    spoken.classList.toggle("said", !found || !picture);
    spoken.textContent = found ? found.finding : MISSING;
    if (!picture) box.querySelector(".state").hidden = true;
    if (!found || !picture) return;
    const next = new Image(); // shown when it is there, so that nothing flickers
    next.src = box.dataset.up + found.picture;
    try { await next.decode(); } catch { spoken.textContent = LOST; spoken.classList.add("said"); return; }
    if (wanted !== state()) return;
    picture.src = next.src;
    picture.width = next.naturalWidth;
    picture.height = next.naturalHeight;
    picture.alt = found.text;
    if (words) words.textContent = found.text;
    if (data) data.hidden = wanted !== first; // the table is that of the first state
  };
  form.addEventListener("input", show);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
}
