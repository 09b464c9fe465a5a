// The review under the fingers: decide by single keys, light the evidence of the code in hand, add codes. Without this script it is a plain form.
const form = document.querySelector("[data-review]");
const blank = document.getElementById("added-row");
const ACTS = { a: "accept", r: "reject", c: "change", u: "" };
const isOn = () => localStorage.getItem("single-keys") !== "off";

function light(row) {
  form.querySelectorAll(".is-lit").forEach((one) => one.classList.remove("is-lit"));
  if (!row) return;
  const n = row.dataset.suggestion;
  const marks = [...form.querySelectorAll("[data-of]")].filter((mark) => mark.dataset.of.split(" ").includes(n));
  marks.forEach((mark) => mark.classList.add("is-lit"));
  const pane = form.querySelector(".note-text");
  if (marks.length && pane.scrollHeight > pane.clientHeight) {
    const above = marks[0].getBoundingClientRect().top - pane.getBoundingClientRect().top;
    if (above < 0 || above > pane.clientHeight - 40) pane.scrollTop += above - pane.clientHeight / 3;
  }
}

function decide(row, act) {
  const wanted = [...row.querySelectorAll(`[name="act-${row.dataset.suggestion}"]`)];
  const box = wanted.find((one) => one.value === act) ?? (act === "accept" ? wanted[0] : wanted.at(-1));
  box.checked = true;
  box.dispatchEvent(new Event("change", { bubbles: true }));
  const more = act === "reject" ? row.querySelector(".for-reject") : act === "change" ? row.querySelector(".for-change") : null;
  more ? more.focus() : next(row)?.focus();
}

function next(row) {
  const rows = [...form.querySelectorAll("[data-suggestion]")];
  return rows[rows.indexOf(row) + 1];
}

function add(hit) {
  const rows = [...form.querySelectorAll("[data-suggestion]")];
  const n = Math.max(-1, ...rows.map((row) => Number(row.dataset.suggestion))) + 1;
  const row = blank.content.firstElementChild.cloneNode(true);
  const words = { __n__: n, __code__: hit.dataset.code, __system__: hit.dataset.system, __title__: hit.dataset.title };
  const put = (text) => Object.entries(words).reduce((made, [mark, word]) => made.replaceAll(mark, word), text);
  const walk = document.createTreeWalker(row, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  for (let node = walk.currentNode; node; node = walk.nextNode()) {
    if (node.nodeType === Node.TEXT_NODE) node.data = put(node.data);
    else for (const attribute of node.attributes) attribute.value = put(attribute.value);
  }
  form.querySelector("[data-suggestions]").append(row);
  form.querySelector("#found").replaceChildren();
  form.querySelector("[data-adding]").value = "";
  htmx.trigger(form, "recheck");
  row.focus();
}

form.addEventListener("focusin", (event) => light(event.target.closest("[data-suggestion]")));
form.addEventListener("click", (event) => {
  const hit = event.target.closest("[data-add]");
  const mark = event.target.closest("a.evidence");
  if (hit) {
    event.preventDefault();
    add(hit);
  } else if (mark) {
    event.preventDefault();
    document.getElementById(`s-${mark.dataset.of.split(" ")[0]}`)?.focus();
  }
});
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input:not([type=radio]), textarea, select");
  if (event.key === "Escape" && typing) return typing.closest("[data-suggestion]")?.focus();
  if (event.key === "Enter" && typing && typing.closest("[data-suggestion]")) {
    event.preventDefault();
    typing.dispatchEvent(new Event("change", { bubbles: true }));
    return next(typing.closest("[data-suggestion]"))?.focus();
  }
  if (event.key === "Enter" && typing?.matches("[data-adding]")) {
    event.preventDefault();
    const first = form.querySelector("[data-add]");
    return first && add(first);
  }
  if (typing || event.ctrlKey || event.metaKey || event.altKey || !isOn() || document.querySelector("dialog[open]")) return;
  if (event.key === "+") {
    event.preventDefault();
    return form.querySelector("[data-adding]").focus();
  }
  const row = event.target.closest("[data-suggestion]");
  if (!row || !(event.key in ACTS)) return;
  event.preventDefault();
  decide(row, ACTS[event.key]);
});
