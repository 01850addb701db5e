/**
 * <check-again> looks every few seconds whether something has changed, and then shows the page anew.
 *
 * It wraps a link to this same page, so that the page works without this script.
 *
 *   <check-again data-url="/fr/payments/…/state" data-state="pending open" data-times="12">
 *     <a href="…">Check again</a>
 *   </check-again>
 */
const PAUSE_MS = 2500;

class CheckAgain extends HTMLElement {
  #timer = 0;
  #left = 0;

  connectedCallback() {
    this.#left = Number(this.dataset.times || 12);
    this.#wait();
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
  }

  #wait() {
    if (this.#left > 0) this.#timer = setTimeout(() => this.#look(), PAUSE_MS);
  }

  async #look() {
    this.#left -= 1;
    try {
      const answer = await fetch(this.dataset.url, { headers: { Accept: "application/json" } });
      if (!answer.ok || (await answer.json()).state !== this.dataset.state) {
        location.reload();
        return;
      }
    } catch {
      // No network now: the next look may have one.
    }
    this.#wait();
  }
}

customElements.define("check-again", CheckAgain);
