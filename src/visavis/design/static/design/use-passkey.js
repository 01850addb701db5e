/**
 * <use-passkey> lets the browser make or use a passkey, and sends its answer with the form inside.
 *
 * Without this script, and in a browser without passkeys, the form stays hidden and the words for
 * that case are shown. A problem shows the words that belong to it, by the name of the browser's error.
 *
 *   <use-passkey data-begin="/fr/…/begin/" data-verb="get">   or "create"
 *     <div data-without>Your browser has no passkeys. …</div>
 *     <p data-problem="NotAllowedError" hidden>…</p> <p data-problem hidden>…</p>
 *     <form method="post" hidden>… <input type="hidden" name="answer"> <button>…</button></form>
 *   </use-passkey>
 */
const BYTES = ["challenge", "id"];

class UsePasskey extends HTMLElement {
  #isAsking = false;

  connectedCallback() {
    if (!window.PublicKeyCredential || !navigator.credentials) return;
    this.#without.hidden = true;
    this.#form.hidden = false;
    this.#form.addEventListener("submit", this.#onSubmit);
  }

  disconnectedCallback() {
    this.#form.removeEventListener("submit", this.#onSubmit);
  }

  #onSubmit = async (event) => {
    event.preventDefault();
    if (this.#isAsking) return;
    this.#isAsking = true;
    this.#say(null);
    try {
      const publicKey = revived(await this.#question());
      const given = await navigator.credentials[this.dataset.verb]({ publicKey });
      this.#form.elements.answer.value = JSON.stringify(answered(given));
      this.#form.submit();
    } catch (fault) {
      this.#say(fault.name, fault.refusal);
    } finally {
      this.#isAsking = false;
    }
  };

  async #question() {
    const answer = await fetch(this.dataset.begin, {
      method: "POST",
      body: new FormData(this.#form),
      headers: { Accept: "application/json" },
    });
    const question = await answer.json();
    if (!answer.ok) throw Object.assign(new Error(), { refusal: question.refusal });
    return question;
  }

  /** Show the words for a problem, or those of the server; null hides them all. */
  #say(problem, refusal) {
    const words = [...this.querySelectorAll("[data-problem]")];
    const named = words.find((one) => problem && one.dataset.problem === problem);
    const shown = problem === null ? null : named || words.find((one) => one.dataset.problem === "");
    for (const one of words) one.hidden = one !== shown;
    if (!shown) return;
    if (refusal) shown.querySelector("p").textContent = refusal;
    shown.focus();
  }

  get #form() {
    return this.querySelector("form");
  }

  get #without() {
    return this.querySelector("[data-without]");
  }
}

/** Options as JSON has them, with bytes where the browser wants bytes. */
function revived(value, name = "") {
  if (Array.isArray(value)) return value.map((one) => revived(one));
  if (value && typeof value === "object") {
    const isRelyingParty = name === "rp";
    return Object.fromEntries(
      Object.entries(value).map(([key, part]) => [key, isRelyingParty ? part : revived(part, key)]),
    );
  }
  return BYTES.includes(name) ? toBytes(value) : value;
}

/** A credential as JSON has it. */
function answered(given) {
  const from = given.response;
  const parts = ["attestationObject", "authenticatorData", "clientDataJSON", "signature", "userHandle"];
  return {
    id: given.id,
    rawId: toText(given.rawId),
    type: given.type,
    authenticatorAttachment: given.authenticatorAttachment ?? null,
    clientExtensionResults: {},
    response: Object.fromEntries(
      parts.filter((part) => from[part]).map((part) => [part, toText(from[part])]),
    ),
  };
}

function toBytes(text) {
  const base64 = text.replace(/-/g, "+").replace(/_/g, "/");
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

function toText(buffer) {
  const binary = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(binary).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

customElements.define("use-passkey", UsePasskey);
