// Single keys for people who read codes all day. They rest while someone types, and can be switched off in the help.
const SWITCH = "single-keys";
const PRODUCTS = { c: "/", p: "/ask", m: "/consultant", j: "/careers" };
const help = document.querySelector("[data-keyboard]");
const toggle = help.querySelector("[data-single-keys]");
let isGoing = false;

const isOn = () => localStorage.getItem(SWITCH) !== "off";
toggle.checked = isOn();
toggle.addEventListener("change", () => localStorage.setItem(SWITCH, toggle.checked ? "on" : "off"));
document.querySelector("[data-keyboard-help]")?.addEventListener("click", () => help.showModal());

function step(by) {
  const hits = [...document.querySelectorAll("[data-hit]")];
  if (!hits.length) return;
  const at = hits.indexOf(document.activeElement);
  const next = at < 0 ? (by > 0 ? 0 : hits.length - 1) : Math.min(Math.max(at + by, 0), hits.length - 1);
  hits[next].focus();
}

function openDay() {
  const day = document.querySelector("[data-day]");
  if (!day) return;
  day.open = true;
  day.querySelector("input[type=date]").focus();
}

function escape() {
  document.querySelectorAll(".drop[open]").forEach((drop) => {
    drop.open = false;
    drop.querySelector("summary").focus();
  });
}

const KEYS = {
  "/": () => document.querySelector("#q").select(),
  "?": () => help.showModal(),
  d: openDay,
  j: () => step(1),
  k: () => step(-1),
  y: () => document.querySelector("[data-copy]")?.click(),
  g: () => {
    isGoing = true;
    setTimeout(() => (isGoing = false), 1200);
  },
};

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") return escape();
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || help.open || !isOn()) return;
  if (isGoing && PRODUCTS[event.key]) {
    location.href = PRODUCTS[event.key];
    return;
  }
  const act = KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});
document.addEventListener("click", (event) => {
  document.querySelectorAll(".drop[open]").forEach((drop) => drop.contains(event.target) || (drop.open = false));
});
