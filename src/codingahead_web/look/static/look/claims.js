// The claim grid under the fingers: type-ahead, arrows, pasted rows, findings while typing. Without this script the grid is a plain form.
const form = document.querySelector("[data-claim]");
const list = form.querySelector("[data-lines]");
const options = form.querySelector("#claim-options");
const blank = document.getElementById("claim-row");
const CELLS = ["date", "place", "code", "mod1", "mod2", "mod3", "mod4", "pointers", "charge", "units"];
const KEPT = { date: "", place: "", pointers: "", units: "1" };
const WAIT = 350;
const MOST = Number(form.dataset.most);

const rows = () => [...list.children];
const cell = (row, name) => row.querySelector(`[name=${name}]`);
const rowOf = (input) => input.closest(".claim-line");
const say = (text) => {
  const toast = document.querySelector("[data-toast]");
  toast.textContent = text;
  toast.classList.add("is-shown");
  setTimeout(() => toast.classList.remove("is-shown"), 2400);
};

// Lines

function number() {
  rows().forEach((row, at) => {
    const n = String(at + 1);
    if (row.dataset.row === n) return;
    const old = row.dataset.row;
    row.dataset.row = n;
    row.querySelector(".line-number").textContent = n;
    row.querySelectorAll("[aria-label]").forEach((one) => one.setAttribute("aria-label", one.getAttribute("aria-label").replace(new RegExp(`line ${old}$`), `line ${n}`)));
    const said = row.querySelector("[data-said]");
    said.dataset.said = n;
    said.id = `said-${n}`;
  });
}

function add() {
  if (rows().length >= MOST) {
    say(`A claim holds ${MOST} lines. Hand in a file for more.`);
    return null;
  }
  const row = blank.content.firstElementChild.cloneNode(true);
  row.querySelectorAll("[aria-label]").forEach((one) => one.setAttribute("aria-label", one.getAttribute("aria-label").replace("__n__", "0")));
  row.dataset.row = "0";
  list.append(row);
  number();
  return row;
}

// A line that is begun takes day, place and pointers of the one above it.
function begin(row) {
  const above = row.previousElementSibling;
  for (const [name, plain] of Object.entries(KEPT)) {
    const input = cell(row, name);
    if (input.value) continue;
    input.value = name === "units" ? plain : above && cell(above, "code").value ? cell(above, name).value : name === "date" ? form.dataset.on : plain;
  }
}

function remove(row) {
  const next = row.nextElementSibling ?? row.previousElementSibling;
  if (rows().length > 1) row.remove();
  else row.querySelectorAll("input").forEach((input) => (input.value = ""));
  number();
  (next ? cell(next, "code") : form.querySelector("[name=code]")).focus();
  soon();
}

// Type-ahead

let target = null;
let chosen = -1;
let asking = null;
let asked = 0;
const shown = () => [...options.querySelectorAll("[role=option]")];

function close() {
  clearTimeout(asked);
  asking?.abort();
  options.hidden = true;
  chosen = -1;
  target?.setAttribute("aria-expanded", "false");
  target?.removeAttribute("aria-activedescendant");
}

function choose(index) {
  const all = shown();
  all.forEach((option) => option.setAttribute("aria-selected", "false"));
  chosen = all.length ? (index + all.length) % all.length : -1;
  if (chosen < 0) return;
  all[chosen].setAttribute("aria-selected", "true");
  all[chosen].scrollIntoView({ block: "nearest" });
  target.setAttribute("aria-activedescendant", all[chosen].id);
}

async function suggest(input) {
  const text = input.value.trim();
  if (text.length < 2) return close();
  asking?.abort();
  asking = new AbortController();
  const words = new URLSearchParams({ q: text, on: day(rowOf(input) ? cell(rowOf(input), "date").value : "") || form.dataset.on });
  input.dataset.systems.split(",").forEach((system) => words.append("system", system));
  try {
    const answer = await fetch(`${form.dataset.suggest}?${words}`, { signal: asking.signal, credentials: "same-origin" });
    if (!answer.ok || document.activeElement !== input) return close();
    options.innerHTML = (await answer.text()).replaceAll('id="option-', 'id="claim-option-');
    const all = shown();
    const exact = all.length === 1 && all[0].querySelector(".chip").textContent === text.toUpperCase();
    if (!all.length || exact) return close();
    const box = input.getBoundingClientRect();
    const home = form.getBoundingClientRect();
    options.hidden = false;
    options.style.top = `${box.bottom - home.top + 2}px`;
    options.style.left = `${Math.max(0, Math.min(box.left - home.left, home.width - options.offsetWidth))}px`;
    chosen = -1;
    input.setAttribute("aria-expanded", "true");
  } catch (error) {
    if (error.name !== "AbortError") close();
  }
}

function take(option) {
  target.value = option.querySelector(".chip").textContent;
  close();
  begunBy(target);
  soon();
}

function begunBy(input) {
  if (input.name === "code" && input.value.trim()) begin(rowOf(input));
}

form.addEventListener("focusin", (event) => {
  const input = event.target;
  close();
  if (!input.dataset?.systems) return;
  target = input;
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", options.id);
  input.setAttribute("aria-expanded", "false");
});
// Whoever types on in the next box keeps its list: only leaving for good closes it.
form.addEventListener("focusout", () => setTimeout(() => document.activeElement === target || close(), 120));
options.addEventListener("mousedown", (event) => {
  const option = event.target.closest("[role=option]");
  if (!option) return;
  event.preventDefault();
  take(option);
});

// Keys

function move(input, by) {
  const place = rows().indexOf(rowOf(input));
  const to = rows()[place + by];
  if (to) cell(to, input.name).focus();
}

function enter(input) {
  const row = rowOf(input);
  if (!row) {
    const boxes = [...form.querySelectorAll("[name=dx]")];
    const next = boxes[boxes.indexOf(input) + 1];
    (next && input.value.trim() ? next : form.querySelector("[name=code]")).focus();
    return;
  }
  const next = row.nextElementSibling ?? (cell(row, "code").value.trim() ? add() : null);
  if (next) cell(next, "code").focus();
}

function step(input, by) {
  const inputs = [...(rowOf(input) ?? form.querySelector(".dx-boxes")).querySelectorAll("input")];
  const to = inputs[inputs.indexOf(input) + by];
  if (!to) return false;
  to.focus();
  to.select();
  return true;
}

form.addEventListener("keydown", (event) => {
  const input = event.target;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    close();
    check().then(() => document.getElementById("verdict").focus());
    return;
  }
  if (!input.matches?.(".cells input, .dx-boxes input") || event.altKey || event.ctrlKey || event.metaKey) return;
  const open = !options.hidden;
  if (event.key === "Escape" && open) {
    event.stopPropagation();
    close();
  } else if (event.key === "Enter") {
    event.preventDefault();
    if (open && chosen >= 0) take(shown()[chosen]);
    else {
      close();
      enter(input);
    }
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    const by = event.key === "ArrowDown" ? 1 : -1;
    if (open) choose(chosen < 0 && by < 0 ? -1 : chosen + by);
    else if (rowOf(input)) move(input, by);
    else step(input, by * (getComputedStyle(form.querySelector(".dx-boxes")).gridTemplateColumns.split(" ").length));
  } else if (event.key === "ArrowRight" && input.selectionStart === input.value.length && !event.shiftKey) {
    if (step(input, 1)) event.preventDefault();
  } else if (event.key === "ArrowLeft" && input.selectionEnd === 0 && !event.shiftKey) {
    if (step(input, -1)) event.preventDefault();
  }
});

// Days as people write them

function day(text) {
  const found = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})$/.exec(text.trim());
  if (found) return `${found[3].length === 4 ? found[3] : `20${found[3]}`}-${found[1].padStart(2, "0")}-${found[2].padStart(2, "0")}`;
  const short = /^(\d{4})(\d\d)(\d\d)$/.exec(text.trim());
  return short ? short.slice(1).join("-") : text.trim();
}

form.addEventListener("change", (event) => {
  if (event.target.name === "date" || event.target.name === "birth_date") event.target.value = day(event.target.value);
  soon();
});

// Pasted rows

const NAMES = {
  date: ["date", "dos", "dateofservice", "servicedate", "from"], place: ["pos", "place", "placeofservice"], code: ["code", "cpt", "hcpcs", "cpthcpcs", "cptcode", "hcpcscode", "procedure", "procedurecode"],
  mod1: ["mod", "mods", "modifier", "modifiers", "mod1", "modifier1"], mod2: ["mod2", "modifier2"], mod3: ["mod3", "modifier3"], mod4: ["mod4", "modifier4"],
  pointers: ["pointer", "pointers", "dxpointer", "diagnosispointer", "diagptr"], charge: ["charge", "charges", "amount", "billed"], units: ["units", "unit", "qty", "quantity"],
};
const plain = (text) => text.toLowerCase().replace(/[^a-z0-9]/g, "");
const field = (text) => Object.keys(NAMES).find((name) => NAMES[name].includes(plain(text)));

function fill(row, name, value) {
  const parts = name === "mod1" ? value.split(/[\s,;:]+/).filter(Boolean) : [value];
  parts.slice(0, 4).forEach((part, at) => (cell(row, name === "mod1" ? `mod${at + 1}` : name).value = name === "date" ? day(part) : part.trim()));
}

function pasteRows(input, grid) {
  const header = grid[0].map(field);
  const named = header.filter(Boolean).length >= 2;
  const start = CELLS.indexOf(input.name);
  const columns = named ? header : grid[0].map((_, at) => CELLS[start + at]);
  let row = rowOf(input);
  let filled = 0;
  for (const values of named ? grid.slice(1) : grid) {
    row = filled ? (row.nextElementSibling ?? add()) : row;
    if (!row) break;
    values.forEach((value, at) => columns[at] && fill(row, columns[at], value));
    if (cell(row, "code").value) begin(row);
    filled += 1;
  }
  say(`${filled} line${filled === 1 ? "" : "s"} filled`);
}

form.addEventListener("paste", (event) => {
  const input = event.target;
  const text = event.clipboardData?.getData("text/plain").replace(/\r\n?/g, "\n").replace(/\n+$/, "") ?? "";
  if (input.name === "dx" && /[\s,;]/.test(text.trim())) {
    event.preventDefault();
    const boxes = [...form.querySelectorAll("[name=dx]")];
    const codes = text.trim().split(/[\s,;]+/);
    const from = boxes.indexOf(input);
    codes.slice(0, boxes.length - from).forEach((code, at) => (boxes[from + at].value = code));
    soon();
  } else if (rowOf(input) && /[\t\n]/.test(text)) {
    event.preventDefault();
    const separator = text.includes("\t") ? "\t" : /^[^\n]*,/.test(text) ? "," : "\t";
    pasteRows(input, text.split("\n").filter((line) => line.trim()).map((line) => line.split(separator)));
    soon();
  }
});

// Checking

let timer = 0;
let running = null;
let sent = "";

function soon() {
  clearTimeout(timer);
  timer = setTimeout(check, WAIT);
}

async function check() {
  clearTimeout(timer);
  const data = new FormData(form);
  data.delete("ticket");
  const now = JSON.stringify([...data]);
  data.set("ticket", form.elements.ticket.value);
  if (now === sent) return;
  running?.abort();
  running = new AbortController();
  try {
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(data), signal: running.signal, credentials: "same-origin", headers: { "HX-Request": "true" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-answer]");
    if (!page) throw new Error(answer.statusText);
    sent = now;
    show(page);
  } catch (error) {
    if (error.name !== "AbortError") say("The claim could not be checked. Try again in a moment.");
  }
}

function put(place, found) {
  if (place && place.innerHTML !== found.innerHTML) place.replaceChildren(...found.childNodes);
}

function show(page) {
  put(form.querySelector("[data-verdict]"), page.querySelector("[data-verdict]"));
  put(form.querySelector("[data-diagnoses-said]"), page.querySelector("[data-diagnoses-said]"));
  page.querySelectorAll("[data-said]").forEach((found) => put(list.querySelector(`[data-said="${found.dataset.said}"]`), found));
  page.querySelectorAll("[data-box-said]").forEach((found) => put(form.querySelector(`[data-box-said="${found.dataset.boxSaid}"]`), found));
  form.elements.ticket.value = page.querySelector("[name=ticket]").value;
  for (const row of rows()) {
    const said = row.querySelector("[data-said]");
    const input = cell(row, "code");
    said.childElementCount ? input.setAttribute("aria-describedby", said.id) : input.removeAttribute("aria-describedby");
    row.querySelector(".problem") ? input.setAttribute("aria-invalid", "true") : input.removeAttribute("aria-invalid");
  }
}

form.addEventListener("input", (event) => {
  const input = event.target;
  if (input.dataset.systems) {
    clearTimeout(asked);
    asked = setTimeout(() => suggest(input), 120);
  }
  // A code that is being typed is not judged before it can be whole.
  const unfinished = input.name === "code" && input.value.trim().length < 5 && input.value.trim();
  if (input.name === "code" && input.value.trim().length === 5) begunBy(input);
  clearTimeout(timer);
  if (!unfinished) soon();
});
form.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button?.matches("[data-remove]")) remove(rowOf(button));
  if (button?.matches("[data-add]")) {
    event.preventDefault();
    const row = add();
    if (row) cell(row, "code").focus();
  }
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  close();
  sent = "";
  check().then(() => document.getElementById("verdict").focus());
});
form.querySelector("[data-pairs]").addEventListener("click", (event) => {
  const codes = rows().map((row) => cell(row, "code").value.trim().toUpperCase()).filter(Boolean);
  if (codes.length > 1) event.currentTarget.href = `${event.currentTarget.href.split("?")[0]}?${new URLSearchParams({ codes: codes.join(" "), on: form.dataset.on })}`;
});
if (rows().some((row) => cell(row, "code").value)) soon();
