// Small comforts of a page: copying, the place in the list of sections, folding on a phone, sources under the pointer, light or dark.
const toast = document.querySelector("[data-toast]");

function say(text) {
  toast.textContent = text;
  toast.classList.add("is-shown");
  setTimeout(() => toast.classList.remove("is-shown"), 1600);
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    say(button.dataset.copy.length > 60 ? "Copied" : `Copied ${button.dataset.copy}`);
  } catch {
    say("Copying is not permitted here");
  }
});

function followSections(contents) {
  const links = new Map([...contents.querySelectorAll("a")].map((link) => [link.hash.slice(1), link]));
  const seen = new Set();
  const watcher = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) entry.isIntersecting ? seen.add(entry.target.id) : seen.delete(entry.target.id);
      const here = [...links.keys()].find((id) => seen.has(id));
      links.forEach((link, id) => {
        link.classList.toggle("is-here", id === here);
        id === here ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current");
      });
    },
    { rootMargin: "-64px 0px -55% 0px" },
  );
  links.forEach((_, id) => watcher.observe(document.getElementById(id)));
}

const contents = document.querySelector("[data-contents]");
if (contents) followSections(contents);

// On a phone only the first sections stand open; a link to a section opens it.
const folds = [...document.querySelectorAll("[data-fold]")];
if (matchMedia("(max-width: 720px)").matches) folds.slice(3).forEach((fold) => (fold.open = false));
const unfold = () => {
  const target = location.hash && document.getElementById(location.hash.slice(1));
  const fold = target && (target.closest("[data-fold]") ?? target.querySelector("[data-fold]"));
  if (fold && !fold.open) {
    fold.open = true;
    target.scrollIntoView();
  }
};
addEventListener("hashchange", unfold);
addEventListener("beforeprint", () => folds.forEach((fold) => (fold.open = true)));
unfold();

let pop = null;
function closeSource() {
  pop?.remove();
  pop = null;
}
function showSource(event) {
  const mark = event.target.closest?.("[data-source]");
  closeSource();
  if (!mark) return;
  const place = document.getElementById(`source-${mark.dataset.source}`);
  if (!place) return;
  pop = document.createElement("div");
  pop.className = "source-pop";
  pop.setAttribute("aria-hidden", "true");
  const head = place.closest("ol").parentElement.querySelector(".source-head").cloneNode(true);
  const where = document.createElement("div");
  where.textContent = place.textContent;
  pop.append(head, where);
  document.body.append(pop);
  const at = mark.getBoundingClientRect();
  pop.style.top = `${at.bottom + scrollY + 6}px`;
  pop.style.left = `${Math.max(8, Math.min(at.left, innerWidth - pop.offsetWidth - 8)) + scrollX}px`;
}
document.addEventListener("pointerover", showSource);
document.addEventListener("focusin", showSource);
document.addEventListener("keydown", (event) => event.key === "Escape" && closeSource());

const theme = document.querySelector("[data-theme-form]");
theme?.addEventListener("submit", (event) => {
  event.preventDefault();
  const root = document.documentElement;
  const isDark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = isDark ? "light" : "dark";
  document.cookie = `theme=${root.dataset.theme}; path=/; max-age=31536000; samesite=lax`;
});
