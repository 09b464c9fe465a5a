// Type-ahead of the search box: the ARIA combobox pattern with a list box. Without this script the box is a plain form.
const form = document.querySelector("[data-search]");
const box = form.querySelector("input[type=search]");
const list = form.querySelector("[role=listbox]");
const WAIT = 120;
let timer = 0;
let asked = null;
let chosen = -1;

document.documentElement.classList.add("has-script");
box.setAttribute("role", "combobox");
box.setAttribute("aria-autocomplete", "list");
box.setAttribute("aria-controls", list.id);
box.setAttribute("aria-expanded", "false");

const options = () => [...list.querySelectorAll("[role=option]")];

function close() {
  clearTimeout(timer);
  asked?.abort();
  list.hidden = true;
  chosen = -1;
  box.setAttribute("aria-expanded", "false");
  box.removeAttribute("aria-activedescendant");
}

function choose(index) {
  const all = options();
  all.forEach((option) => option.setAttribute("aria-selected", "false"));
  chosen = all.length ? (index + all.length) % all.length : -1;
  if (chosen < 0) return;
  all[chosen].setAttribute("aria-selected", "true");
  all[chosen].scrollIntoView({ block: "nearest" });
  box.setAttribute("aria-activedescendant", all[chosen].id);
}

async function ask() {
  const text = box.value.trim();
  if (!text) return close();
  asked?.abort();
  asked = new AbortController();
  const words = new URLSearchParams({ q: text });
  const day = form.querySelector("input[name=on]");
  if (day) words.set("on", day.value);
  try {
    const answer = await fetch(`${form.dataset.suggest}?${words}`, { signal: asked.signal, credentials: "same-origin" });
    if (!answer.ok) return close();
    list.innerHTML = await answer.text();
    const has = options().length > 0;
    list.hidden = !has;
    chosen = -1;
    box.setAttribute("aria-expanded", String(has));
    box.removeAttribute("aria-activedescendant");
  } catch (error) {
    if (error.name !== "AbortError") close();
  }
}

box.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(ask, WAIT);
});
box.addEventListener("keydown", (event) => {
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (list.hidden) ask();
    else choose(chosen + (event.key === "ArrowDown" ? 1 : chosen < 0 ? 0 : -1));
  } else if (event.key === "Enter" && chosen >= 0 && !list.hidden) {
    event.preventDefault();
    location.href = options()[chosen].dataset.href;
  } else if (event.key === "Escape") {
    if (list.hidden) box.blur();
    else event.stopPropagation();
    close();
  }
});
list.addEventListener("mousedown", (event) => {
  const option = event.target.closest("[role=option]");
  if (!option) return;
  event.preventDefault();
  location.href = option.dataset.href;
});
box.addEventListener("blur", () => setTimeout(close, 120));
form.addEventListener("submit", close);
