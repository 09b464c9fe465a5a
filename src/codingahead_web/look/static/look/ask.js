// The conversation: a question goes out by fetch, look-ups show as they are made, and the answer comes as the HTML that the page would show.
const composer = document.querySelector("[data-composer]");
const turns = document.querySelector("[data-turns]");
const said = document.querySelector("[data-said]");

function* events(buffer) {
  for (const block of buffer.split("\n\n")) {
    const name = /^event: (.+)$/m.exec(block)?.[1];
    const data = /^data: (.+)$/m.exec(block)?.[1];
    if (name && data) yield [name, JSON.parse(data)];
  }
}

function waiting(question) {
  const turn = document.createElement("article");
  turn.className = "turn";
  turn.innerHTML = '<h2 class="asked"></h2><div class="said"><ol class="steps"><li>Reading the question</li></ol></div>';
  turn.querySelector(".asked").textContent = question;
  turns.append(turn);
  turn.scrollIntoView({ block: "nearest" });
  return turn;
}

function step(turn, text) {
  const list = turn.querySelector(".steps");
  list.lastElementChild?.classList.add("is-done");
  const line = document.createElement("li");
  line.textContent = text;
  list.append(line);
}

function finish(turn, value) {
  const made = document.createRange().createContextualFragment(value.html);
  const fresh = made.querySelector(".turn");
  turn.replaceWith(fresh);
  globalThis.htmx?.process(fresh);
  if (value.address) {
    const address = value.address + location.search;
    history.replaceState(null, "", address);
    composer.action = address;
    composer.dataset.stream = `${value.address}/stream${location.search}`;
  }
  said.textContent = "The answer is there.";
  fresh.scrollIntoView({ block: "nearest" });
}

function refuse(turn, value) {
  const line = document.createElement("p");
  line.className = "banner is-deny";
  line.textContent = `${value.message}. ${value.hint}.`;
  turn.querySelector(".said").replaceChildren(line);
  said.textContent = line.textContent;
}

async function ask(question) {
  const form = new FormData(composer);
  form.set("question", question);
  document.querySelector("[data-examples]")?.remove();
  document.querySelectorAll("[data-nexts]").forEach((old) => old.remove());
  const turn = waiting(question);
  said.textContent = "Looking it up.";
  composer.querySelector("button").disabled = true;
  try {
    const response = await fetch(composer.dataset.stream, { method: "POST", body: form });
    if (!response.ok || !response.body) throw new Error(response.statusText);
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { value, done } = await reader.read();
      rest += value ?? "";
      const end = rest.lastIndexOf("\n\n");
      if (end >= 0) {
        for (const [name, data] of events(rest.slice(0, end))) {
          if (name === "step") step(turn, data.text);
          else if (name === "answer") finish(turn, data);
          else refuse(turn, data.error);
        }
        rest = rest.slice(end + 2);
      }
      if (done) break;
    }
    if (turn.isConnected && turn.querySelector(".steps")) throw new Error("cut off");
  } catch {
    refuse(turn, { message: "The answer did not arrive", hint: "Ask again in a moment" });
    composer.question.value = question;
  } finally {
    composer.querySelector("button").disabled = false;
  }
}

composer?.addEventListener("submit", (event) => {
  event.preventDefault();
  const question = composer.question.value.trim();
  if (!question) return;
  composer.question.value = "";
  ask(question);
});

composer?.question.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    composer.requestSubmit();
  }
});

document.addEventListener("submit", (event) => {
  const example = event.target.closest("[data-example]");
  if (!example || !composer) return;
  event.preventDefault();
  ask(example.question.value);
});

document.addEventListener("click", (event) => {
  const next = event.target.closest("[data-ask]");
  if (next && composer) ask(next.dataset.ask);
});
