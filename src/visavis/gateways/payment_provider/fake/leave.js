// At a kiosk nobody may find the page of whoever was here before: after two minutes without a
// touch the page goes back to the counter, which knows whether the visit is over.
const AFTER_MS = 120_000;
const back = document.body.dataset.back;
let timer = 0;

function restart() {
  clearTimeout(timer);
  timer = setTimeout(() => location.replace(back), AFTER_MS);
}

for (const sign of ["pointerdown", "keydown", "scroll"]) document.addEventListener(sign, restart);
restart();
