/**
 * <auto-save> keeps what is typed in the form in it, in the background.
 *
 * The form works without it: each step is saved when it is sent. Passwords, files and whatever
 * stands in `data-private` are never sent from here.
 *
 *   <auto-save data-url="/…/keep/"><form>…</form><p role="status" data-status data-saved="…"></p></auto-save>
 */
const QUIET_MS = 1500; // after the last key
const RETRY_MS = [2000, 4000, 8000, 15_000];
const GONE = new Set([401, 403, 409, 410]); // the visit or the draft is no longer ours: ask for the page

class AutoSave extends HTMLElement {
  #timer = 0;
  #failures = 0;
  #isDirty = false;
  #request = null;
  #held = null; // the button of a sending that waits for the network

  connectedCallback() {
    this.addEventListener("input", this.#onInput);
    this.addEventListener("submit", this.#onSubmit);
    document.addEventListener("visavis:save-now", this.#saveNow);
    document.addEventListener("visibilitychange", this.#saveNow);
    addEventListener("online", this.#saveNow);
  }

  disconnectedCallback() {
    document.removeEventListener("visavis:save-now", this.#saveNow);
    document.removeEventListener("visibilitychange", this.#saveNow);
    removeEventListener("online", this.#saveNow);
    clearTimeout(this.#timer);
  }

  #onInput = (event) => {
    if (isSecret(event.target)) return;
    this.#isDirty = true;
    this.#later(this.#failures ? RETRY_MS[0] : QUIET_MS);
  };

  #onSubmit = (event) => {
    if (navigator.onLine && !this.#failures) {
      clearTimeout(this.#timer);
      this.#request?.abort();
      return;
    }
    // Without network the browser would replace the page, and what was typed, by its own error page.
    event.preventDefault();
    this.#held = { submitter: event.submitter };
    this.#isDirty = true;
    this.#say("lost");
    this.#save();
  };

  #saveNow = () => {
    if (this.#isDirty) this.#save();
  };

  #later(delay) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#save(), delay);
  }

  async #save() {
    if (this.#request) return;
    clearTimeout(this.#timer);
    this.#isDirty = false;
    if (!this.#failures) this.#say("saving");
    const request = new AbortController();
    this.#request = request;
    try {
      const body = this.#fields();
      const options = { method: "POST", body, keepalive: true, signal: request.signal, redirect: "manual" };
      this.#answered(await fetch(this.dataset.url, options));
    } catch {
      if (!request.signal.aborted) this.#failed();
    } finally {
      this.#request = null;
    }
    if (this.#isDirty && !this.#failures) this.#later(QUIET_MS);
  }

  #answered(answer) {
    if (GONE.has(answer.status) || answer.type === "opaqueredirect") {
      location.replace(location.pathname);
    } else if (answer.status >= 500) {
      this.#failed();
    } else {
      this.#failures = 0;
      this.#say(answer.ok ? "saved" : "");
      this.#sendHeld();
    }
  }

  #failed() {
    this.#isDirty = true;
    this.#say("lost");
    this.#later(RETRY_MS[Math.min(this.#failures, RETRY_MS.length - 1)]);
    this.#failures += 1;
  }

  #sendHeld() {
    if (!this.#held) return;
    const { submitter } = this.#held;
    this.#held = null;
    // After the state has settled: the sending may not be held a second time.
    setTimeout(() => this.#form.requestSubmit(submitter));
  }

  #fields() {
    const fields = new URLSearchParams({ autosave: "1" });
    for (const [name, value] of new FormData(this.#form)) {
      const controls = this.#form.elements[name];
      const first = controls instanceof RadioNodeList ? controls[0] : controls;
      if (typeof value === "string" && !isSecret(first)) fields.append(name, value);
    }
    return fields;
  }

  #say(state) {
    const status = this.querySelector("[data-status]");
    if (!status || status.dataset.state === state) return;
    status.dataset.state = state;
    status.textContent = status.dataset[state] ?? "";
  }

  get #form() {
    return this.querySelector("form");
  }
}

function isSecret(control) {
  return Boolean(control?.closest("[type=password], [type=file], [data-private]"));
}

customElements.define("auto-save", AutoSave);
