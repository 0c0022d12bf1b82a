// A claim's page: copy its address, where the browser lets a page do that.
const copy = document.querySelector(".copy-link");
const told = document.querySelector(".copied");
if (navigator.clipboard) {
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    const address = document.querySelector("link[rel=canonical]")?.href ?? location.href.split("#")[0];
    try {
      await navigator.clipboard.writeText(address);
      told.textContent = "The link is on the clipboard.";
    } catch {
      told.textContent = `Copy it by hand: ${address}`;
    }
  });
}
