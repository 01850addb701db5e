/**
 * <idle-guard> warns before a visit that nobody touches ends. The server decides when that is.
 *
 * The visit ends on the server by itself, so a page without this script shows "ended" at its next
 * request. All three addresses answer {"state": "open"|"warning"|"ended", "warns_in_s", "ends_in_s"}.
 *
 *   <idle-guard data-state="…" data-alive="…" data-extend="…" data-warns-in="90" data-ends-in="120">
 *     <dialog>… <form data-extend-form>…</form></dialog>
 *     <p role="alert" hidden>The connection is lost…</p>
 *   </idle-guard>
 */
const ALIVE_EVERY_MS = 10_000;
const RETRY_MS = 3000;
const ANNOUNCED_AT_S = new Set([30, 20, 10, 5]);

class IdleGuard extends HTMLElement {
  #timer = 0;
  #aliveTimer = 0;
  #ticker = 0;
  #toldAt = 0;
  #warnsAt = 0; // by this page's clock, only to know what to do without network
  #endsAt = 0;

  connectedCallback() {
    this.#plan({ warns_in_s: this.dataset.warnsIn, ends_in_s: this.dataset.endsIn });
    document.addEventListener("pointerdown", this.#onTouch);
    document.addEventListener("keydown", this.#onTouch);
    this.dialog.addEventListener("cancel", this.#onCancel);
    this.form.addEventListener("submit", this.#onExtend);
    this.#ask("state");
  }

  disconnectedCallback() {
    document.removeEventListener("pointerdown", this.#onTouch);
    document.removeEventListener("keydown", this.#onTouch);
    clearTimeout(this.#timer);
    clearTimeout(this.#aliveTimer);
    clearInterval(this.#ticker);
  }

  /** A touch counts when it happens; the server hears of it at most every ten seconds. */
  #onTouch = () => {
    if (this.dialog.open || this.#aliveTimer) return;
    const wait = Math.max(0, this.#toldAt + ALIVE_EVERY_MS - performance.now());
    this.#aliveTimer = setTimeout(() => {
      this.#aliveTimer = 0;
      this.#toldAt = performance.now();
      this.#ask("alive");
    }, wait);
  };

  #onCancel = (event) => {
    event.preventDefault();
    this.#ask("extend");
  };

  #onExtend = (event) => {
    event.preventDefault();
    this.#ask("extend");
  };

  async #ask(what) {
    const method = what === "state" ? "GET" : "POST";
    const body = method === "POST" ? new URLSearchParams(new FormData(this.form)) : undefined;
    const headers = { Accept: "application/json" };
    try {
      const answer = await fetch(this.dataset[what], { method, body, headers, redirect: "manual" });
      this.lost.hidden = true;
      if (answer.status === 410 || answer.type === "opaqueredirect") this.#leave();
      else if (answer.ok) this.#follow(await answer.json());
      else this.#waitForServer();
    } catch {
      this.lost.hidden = false;
      this.#waitForServer();
    }
  }

  #follow(answer) {
    this.#plan(answer);
    if (answer.state === "ended" || answer.ends_in_s <= 0) this.#leave();
    else if (answer.state === "warning" || answer.warns_in_s <= 0) this.#warn();
    else this.#calm();
  }

  #plan({ warns_in_s, ends_in_s }) {
    const now = performance.now();
    this.#warnsAt = now + warns_in_s * 1000;
    this.#endsAt = now + ends_in_s * 1000;
    this.#later(() => this.#ask("state"), Math.max(warns_in_s * 1000, 500));
  }

  /** Without an answer the page still covers itself in time; only the server ends the visit. */
  #waitForServer() {
    if (performance.now() >= this.#warnsAt) this.#warn();
    this.#later(() => this.#ask("state"), RETRY_MS);
  }

  #later(action, delay) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(action, delay);
  }

  #warn() {
    this.#later(() => this.#ask("state"), Math.max(this.#endsAt - performance.now() + 250, 1000));
    if (this.dialog.open) return;
    document.dispatchEvent(new Event("visavis:save-now"));
    document.dispatchEvent(new Event("visavis:be-quiet"));
    this.dialog.showModal();
    this.querySelector("h2").focus();
    this.#tick();
    this.#ticker = setInterval(() => this.#tick(), 1000);
  }

  #calm() {
    clearInterval(this.#ticker);
    if (this.dialog.open) this.dialog.close(); // gives the focus back to where it was
  }

  #tick() {
    const left = Math.max(0, Math.ceil((this.#endsAt - performance.now()) / 1000));
    this.querySelector("[data-seconds]").textContent = left;
    const spoken = this.querySelector("[data-announce]");
    if (ANNOUNCED_AT_S.has(left)) {
      spoken.textContent = spoken.dataset.sentence.replace("SECONDS", left);
    }
  }

  #leave() {
    location.replace(location.pathname);
  }

  get dialog() {
    return this.querySelector("dialog");
  }

  get form() {
    return this.querySelector("[data-extend-form]");
  }

  get lost() {
    return this.querySelector(":scope > [role=alert]");
  }
}

customElements.define("idle-guard", IdleGuard);
