/**
 * <send-files> sends each chosen file at once, with its progress, and shows what has arrived.
 *
 * Without it the files go with the page. Each file has a key of its own that stays the same when it is
 * sent again, so that a lost answer makes no second. One is sent at a time: the line is the limit.
 */
class SendFiles extends HTMLElement {
  #waiting = [];
  #current = null; // the file on its way
  #held = null; // a button of the page that waits until all is sent

  connectedCallback() {
    this.querySelector("[data-by-hand]").hidden = true;
    this.form = this.closest("form");
    this.addEventListener("change", this.#onChange);
    this.form.addEventListener("submit", this.#onSubmit);
  }

  disconnectedCallback() {
    this.form.removeEventListener("submit", this.#onSubmit);
    this.#current?.request.abort();
  }

  #onChange = (event) => {
    if (event.target.type !== "file") return;
    for (const file of event.target.files) this.#add(file);
    event.target.value = "";
  };

  #onSubmit = (event) => {
    if (!this.#current) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.#held = { submitter: event.submitter };
    this.#say(this.dataset.wait);
  };

  #add(file) {
    const job = { file, key: newKey(), row: document.createElement("li") };
    job.row.className = "files__one";
    this.querySelector("[data-sending-list]").append(job.row);
    if (file.size > Number(this.dataset.bytes)) return this.#refused(job, this.dataset.tooLarge);
    const pending = this.#waiting.length + (this.#current ? 1 : 0);
    if (this.#count + pending >= Number(this.dataset.most)) return this.#refused(job, this.dataset.tooMany);
    this.#enqueue(job);
  }

  #enqueue(job) {
    job.bar = Object.assign(document.createElement("progress"), { max: 1, value: 0 });
    job.bar.setAttribute("aria-label", `${this.dataset.sending} ${job.file.name}`);
    this.#show(job, [job.bar], [[this.dataset.cancel, () => this.#cancel(job)]]);
    this.#waiting.push(job);
    this.#next();
  }

  #next() {
    if (this.#current) return;
    this.#current = this.#waiting.shift() ?? null;
    if (this.#current) return this.#send(this.#current);
    const held = this.#held;
    this.#held = null;
    if (held && !this.querySelector("[data-sending-list]").children.length) this.form.requestSubmit(held.submitter);
  }

  #send(job) {
    this.#say(`${this.dataset.sending} ${job.file.name}`);
    const body = new FormData();
    body.append("csrfmiddlewaretoken", this.form.elements.csrfmiddlewaretoken.value);
    body.append("key", job.key);
    body.append("file", job.file, job.file.name);
    job.request = new XMLHttpRequest();
    job.request.open("POST", this.dataset.url);
    job.request.upload.onprogress = (event) => {
      if (event.lengthComputable) job.bar.value = event.loaded / event.total;
    };
    job.request.onload = () => this.#answered(job);
    job.request.onerror = () => this.#failed(job, this.dataset.failed);
    job.request.send(body);
  }

  #answered(job) {
    const { status, responseText } = job.request;
    if (status === 200) {
      this.querySelector("[data-held]").innerHTML = responseText;
      job.row.remove();
      this.#say(`${job.file.name}: ${this.dataset.sent}`);
      this.querySelector("[data-choose]").hidden = this.#count >= Number(this.dataset.most);
    } else if (status === 422) {
      this.#refused(job, responseText);
    } else {
      return this.#failed(job, status === 503 ? responseText : this.dataset.failed);
    }
    this.#done();
  }

  #failed(job, words) {
    this.#refused(job, words, [[this.dataset.again, () => this.#enqueue(job)]]);
    this.#done();
  }

  #refused(job, words, more = []) {
    const why = Object.assign(document.createElement("span"), { className: "govuk-error-message", textContent: words });
    this.#show(job, [why], [...more, [this.dataset.cancel, () => job.row.remove()]]);
    this.#say(`${job.file.name}: ${words}`);
  }

  #cancel(job) {
    this.#waiting = this.#waiting.filter((other) => other !== job);
    job.row.remove();
    this.querySelector("input[type=file]").focus();
    if (job !== this.#current) return;
    job.request.abort();
    this.#done();
  }

  #done() {
    this.#current = null;
    this.#next();
  }

  #show(job, pieces, buttons) {
    const words = Object.assign(document.createElement("div"), { className: "files__words" });
    const name = Object.assign(document.createElement("span"), { className: "files__name", textContent: job.file.name });
    words.append(name, ...pieces);
    job.row.replaceChildren(words, ...buttons.map(([text, act]) => button(text, act)));
  }

  #say(words) {
    this.querySelector("[data-status]").textContent = words;
  }

  get #count() {
    return this.querySelectorAll("[data-held] li").length;
  }
}

function button(textContent, act) {
  const made = Object.assign(document.createElement("button"), { type: "button", className: "button button--quiet", textContent });
  made.addEventListener("click", act);
  return made;
}

/** A random key; `crypto.randomUUID` exists only where the connection is secure. */
function newKey() {
  const hex = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20)].join("-");
}

customElements.define("send-files", SendFiles);
