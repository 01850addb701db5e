/**
 * What every page does once a script runs: print buttons, display preferences without a reload,
 * focus on errors, no second life from the browser's cache, and a calm attract screen.
 */
const root = document.documentElement;
const isDevice = root.dataset.presentation !== "web";

/** A page of a visit that comes back from the cache may show what has been erased: ask the server. */
addEventListener("pageshow", (event) => {
  if (event.persisted && (isDevice || document.querySelector("idle-guard"))) location.reload();
});

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

document.querySelector("[data-error-summary]")?.focus();

/** Text size and contrast change at once and lose nothing that is typed; the server keeps them. */
document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-preferences]");
  if (!form || !event.submitter) return;
  event.preventDefault();
  const { name, value } = event.submitter;
  root.dataset[name === "text_size" ? "textSize" : name] = value;
  for (const button of document.querySelectorAll(`[data-preferences] [name=${name}]`)) {
    const values = button.dataset.cycle.split(" ");
    button.value = values[(values.indexOf(value) + 1) % values.length];
    if (button.hasAttribute("aria-pressed")) button.ariaPressed = String(value === "high");
  }
  const body = new FormData(form);
  body.set(name, value);
  fetch(form.action, { method: "POST", body, redirect: "manual" }).catch(() => undefined);
});

/** The sheet of languages closes when something else is touched. */
document.addEventListener("pointerdown", (event) => {
  for (const sheet of document.querySelectorAll(".bar details[open]")) {
    if (!sheet.contains(event.target)) sheet.open = false;
  }
});

if (isDevice) {
  document.addEventListener("contextmenu", (event) => event.preventDefault());
  document.addEventListener("dragstart", (event) => event.preventDefault());
}

/** Against burn-in the picture at rest moves by a few points every two minutes, without a transition. */
const attract = document.querySelector("[data-attract]");
if (attract && !matchMedia("(prefers-reduced-motion: reduce)").matches) {
  let turn = 0;
  setInterval(() => {
    turn = (turn + 1) % 4;
    attract.style.translate = `${[0, 6, 6, 0][turn]}px ${[0, 0, 6, 6][turn]}px`;
  }, 120_000);
}
