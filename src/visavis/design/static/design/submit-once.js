/**
 * <submit-once> lets the form in it be sent by one tap only.
 *
 * The server is idempotent all the same; this spares people the doubt.
 *
 *   <submit-once><form method="post">…<button>Send</button></form></submit-once>
 */
const AGAIN_AFTER_MS = 15_000; // an answer that never came may be asked for again

class SubmitOnce extends HTMLElement {
  #sent = false;
  #timer = 0;

  connectedCallback() {
    this.addEventListener("submit", this.#onSubmit);
    addEventListener("pageshow", this.#release);
  }

  disconnectedCallback() {
    this.removeEventListener("submit", this.#onSubmit);
    removeEventListener("pageshow", this.#release);
    clearTimeout(this.#timer);
  }

  #onSubmit = (event) => {
    if (this.#sent) {
      event.preventDefault();
      return;
    }
    this.#hold();
    // Another element may stop this sending, to send it later.
    setTimeout(() => event.defaultPrevented && this.#release());
  };

  #hold() {
    this.#sent = true;
    for (const button of this.#buttons) button.setAttribute("aria-disabled", "true");
    this.#timer = setTimeout(this.#release, AGAIN_AFTER_MS);
  }

  #release = () => {
    clearTimeout(this.#timer);
    this.#sent = false;
    for (const button of this.#buttons) button.removeAttribute("aria-disabled");
  };

  get #buttons() {
    return this.querySelectorAll("button:not([type=button])");
  }
}

customElements.define("submit-once", SubmitOnce);
