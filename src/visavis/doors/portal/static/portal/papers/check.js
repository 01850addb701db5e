/**
 * <check-fragment> takes what the QR code put behind the # of the address, and posts it.
 *
 * It wraps the form of the check, which works without this script too: whoever has none
 * pastes the code or types the number. The fragment is wiped from the address at once, so
 * that it stays neither in the history nor in a bookmark of the phone that scanned it.
 */
class CheckFragment extends HTMLElement {
  connectedCallback() {
    this.look = () => this.#take();
    window.addEventListener("hashchange", this.look);
    this.#take();
  }

  disconnectedCallback() {
    window.removeEventListener("hashchange", this.look);
  }

  #take() {
    const code = window.location.hash.slice(1);
    if (!code.startsWith("VV1.")) return;
    window.history.replaceState(null, "", window.location.pathname);
    const form = this.querySelector("form");
    form.elements.text.value = code;
    form.elements.number.value = "";
    form.elements.birth_year.value = "";
    form.requestSubmit();
  }
}

customElements.define("check-fragment", CheckFragment);
