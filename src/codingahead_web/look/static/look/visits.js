// Printing the worksheet, and on a phone the code in sight while the boxes are filled in; the answer itself comes from the server at every change.
const peek = document.querySelector("[data-peek]");

function look() {
  const code = document.querySelector(".visit-code .card-code");
  const level = document.querySelector(".visit-code strong");
  peek.hidden = !code;
  if (code) peek.textContent = `${code.textContent} · ${level.textContent}`;
}
document.addEventListener("htmx:afterSwap", look);
look();

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-print]")) return;
  document.querySelectorAll(".visit-sources").forEach((fold) => (fold.open = true));
  print();
});
