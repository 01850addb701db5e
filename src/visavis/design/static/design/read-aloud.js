/**
 * <read-aloud> reads the page's main part sentence by sentence, and stops at a second press.
 *
 * It never speaks what stands in `data-private`, nor what was typed. Without a voice for the page's
 * language it stays hidden.
 *
 *   <read-aloud hidden data-stop="Stop reading"><button aria-pressed="false"><span>Read aloud</span></button></read-aloud>
 */
const READABLE =
  "h1, h2, h3, p, li, dt, dd, legend, label, summary, th, td, .govuk-hint, .govuk-error-message, .button";
const SILENT = "[data-private], [aria-hidden=true], [hidden], dialog, script, svg, .draft";

class ReadAloud extends HTMLElement {
  #queue = [];
  #spoken = null;

  connectedCallback() {
    if (!("speechSynthesis" in window)) return;
    this.#begin = this.button.querySelector("span").textContent;
    this.button.addEventListener("click", this.#toggle);
    speechSynthesis.addEventListener("voiceschanged", this.#showIfAble);
    addEventListener("pagehide", this.#stop);
    document.addEventListener("visavis:be-quiet", this.#stop);
    this.#showIfAble();
  }

  disconnectedCallback() {
    if (!("speechSynthesis" in window)) return;
    this.button.removeEventListener("click", this.#toggle);
    speechSynthesis.removeEventListener("voiceschanged", this.#showIfAble);
    removeEventListener("pagehide", this.#stop);
    document.removeEventListener("visavis:be-quiet", this.#stop);
    this.#stop();
  }

  #begin = "";

  #showIfAble = () => {
    this.hidden = !this.#voice();
  };

  #toggle = () => (this.isReading ? this.#stop() : this.#start());

  #start() {
    this.#queue = sentences(document.querySelector("main"));
    this.#show(true);
    this.#next();
  }

  #next = () => {
    this.#mark(null);
    const next = this.#queue.shift();
    if (!next) {
      this.#show(false);
      return;
    }
    const speech = new SpeechSynthesisUtterance(next.text);
    speech.lang = document.documentElement.lang;
    speech.voice = this.#voice();
    speech.rate = 0.95;
    speech.onend = () => this.isReading && this.#next();
    this.#mark(next.element);
    speechSynthesis.speak(speech);
  };

  #stop = () => {
    this.#queue = [];
    this.#show(false);
    this.#mark(null);
    speechSynthesis.cancel();
  };

  #show(isReading) {
    this.button.ariaPressed = String(isReading);
    this.button.querySelector("span").textContent = isReading ? this.dataset.stop : this.#begin;
  }

  #mark(element) {
    this.#spoken?.classList.remove("is-spoken");
    this.#spoken = element;
    element?.classList.add("is-spoken");
    element?.scrollIntoView({ block: "nearest" });
  }

  #voice() {
    const language = document.documentElement.lang;
    const voices = speechSynthesis.getVoices().filter(({ lang }) => lang.startsWith(language));
    return voices.find(({ lang }) => lang.endsWith("CH")) ?? voices[0] ?? null;
  }

  get isReading() {
    return this.button.ariaPressed === "true";
  }

  get button() {
    return this.querySelector("button");
  }
}

/** The sentences of a part of the page, each with the element it stands in. */
function sentences(part) {
  const cutter = new Intl.Segmenter(document.documentElement.lang, { granularity: "sentence" });
  return [...part.querySelectorAll(READABLE)]
    .filter((element) => !element.closest(SILENT) && !element.parentElement.closest(READABLE))
    .filter((element) => element.checkVisibility())
    .flatMap((element) =>
      [...cutter.segment(wordsOf(element))]
        .map(({ segment }) => segment.trim())
        .filter(Boolean)
        .map((text) => ({ element, text })),
    );
}

function wordsOf(element) {
  const copy = element.cloneNode(true);
  for (const silent of copy.querySelectorAll(`${SILENT}, input, select, textarea`)) silent.remove();
  return copy.textContent.replace(/\s+/g, " ");
}

customElements.define("read-aloud", ReadAloud);
