/**
 * <screen-keyboard> types into the page's fields at a kiosk; keys of a real keyboard still work.
 *
 * It shows when a text field has the focus, lies above the bar, never covers the field, and hides
 * when the field is left. The page's language chooses the layout, `inputmode` the figures.
 *
 *   <screen-keyboard data-vendor="…/simple-keyboard.js" data-label="Keyboard" data-space="Space" …></screen-keyboard>
 */
import { after, erase, insert, isTyped, typeable } from "./keyboard-field.js";
import { layoutsOf } from "./keyboard-layouts.js";

const FIGURES = { numeric: "numeric", decimal: "decimal", tel: "tel" };
const SIGNS = { "{bksp}": "⌫", "{shift}": "⇧", "{symbols}": "?#&", "{letters}": "abc", "{close}": "▾" };
const HIDE_MS = 250; // longer than a tap, so that what was tapped does not move away under the finger

class ScreenKeyboard extends HTMLElement {
  #keyboard = null;
  #field = null;
  #hiding = 0;

  connectedCallback() {
    this.hidden = true;
    this.role = "region";
    this.ariaLabel = this.dataset.label;
    document.addEventListener("focusin", this.#onFocus);
    document.addEventListener("focusout", this.#onBlur);
    // A touch on a key must not take the focus away from the field.
    this.addEventListener("pointerdown", this.#keepFocus);
    this.addEventListener("mousedown", this.#keepFocus);
    if (isTyped(document.activeElement)) this.#onFocus({ target: document.activeElement });
  }

  disconnectedCallback() {
    document.removeEventListener("focusin", this.#onFocus);
    document.removeEventListener("focusout", this.#onBlur);
    this.removeEventListener("pointerdown", this.#keepFocus);
    this.removeEventListener("mousedown", this.#keepFocus);
    this.#keyboard?.destroy();
  }

  #keepFocus = (event) => event.preventDefault();

  #onFocus = async ({ target }) => {
    if (!isTyped(target)) return;
    clearTimeout(this.#hiding);
    this.#field = typeable(target);
    await this.#load();
    if (this.#field !== target) return;
    this.#keyboard.setOptions(this.#options());
    this.hidden = false;
    this.#makeRoom();
  };

  #onBlur = () => {
    this.#hiding = setTimeout(() => this.hide(), HIDE_MS);
  };

  hide() {
    this.hidden = true;
    this.#field = null;
    document.documentElement.style.removeProperty("--keyboard-height");
  }

  async #load() {
    if (this.#keyboard) return;
    await vendor(this.dataset.vendor);
    if (this.#keyboard) return;
    const place = document.createElement("div");
    place.className = "keyboard__keys";
    this.append(place);
    this.#keyboard = new window.SimpleKeyboard.default(place, this.#options());
  }

  #options() {
    const { inputMode = "", type } = this.#field;
    const said = this.dataset;
    const next = type === "search" ? said.search : said.next;
    const labels = {
      "{bksp}": said.delete, "{shift}": said.shift, "{space}": said.space, "{next}": next,
      "{symbols}": said.symbols, "{letters}": said.letters, "{close}": said.close,
    };
    return {
      layout: layoutsOf(document.documentElement.lang, { isEmail: inputMode === "email" }),
      layoutName: FIGURES[inputMode] ?? "default",
      theme: "hg-theme-default keyboard",
      display: { ...SIGNS, "{space}": said.space, "{next}": next },
      mergeDisplay: true,
      useButtonTag: true,
      preventMouseDownDefault: true,
      buttonAttributes: Object.entries(labels).map(([buttons, value]) => ({
        attribute: "aria-label", value, buttons,
      })),
      onKeyPress: (key) => this.#press(key),
    };
  }

  #press(key) {
    this.#keyboard.clearInput(); // it would remember what is typed
    if (key === "{shift}") this.#layer("default", "shift");
    else if (key === "{symbols}") this.#keyboard.setOptions({ layoutName: "symbols" });
    else if (key === "{letters}") this.#keyboard.setOptions({ layoutName: "default" });
    else if (key === "{close}") this.#field?.blur();
    else if (key === "{next}") this.#next();
    else this.#type(key);
  }

  #layer(one, other) {
    const layoutName = this.#keyboard.options.layoutName === one ? other : one;
    this.#keyboard.setOptions({ layoutName });
  }

  #type(key) {
    if (!this.#field) return;
    if (key === "{bksp}") erase(this.#field);
    else insert(this.#field, key === "{space}" ? " " : key);
    if (this.#keyboard.options.layoutName === "shift") this.#keyboard.setOptions({ layoutName: "default" });
  }

  /** To the next field; from the last one to the form's button; a search is sent. */
  #next() {
    const field = this.#field;
    if (field?.type === "search") field.form?.requestSubmit();
    else if (field instanceof HTMLTextAreaElement) this.#type("\n");
    else if (field && after(field)) after(field).focus();
    else field?.blur();
  }

  #makeRoom() {
    this.style.bottom = `${document.querySelector(".bar")?.offsetHeight ?? 0}px`;
    document.documentElement.style.setProperty("--keyboard-height", `${this.offsetHeight}px`);
    const { top } = this.getBoundingClientRect();
    const hidden = this.#field.getBoundingClientRect().bottom - top + 24;
    if (hidden > 0) scrollBy({ top: hidden, behavior: "instant" });
  }
}

/** Loads the vendored script once. */
function vendor(address) {
  if (window.SimpleKeyboard) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = resolve;
    script.onerror = reject;
    document.head.append(script);
  });
}

customElements.define("screen-keyboard", ScreenKeyboard);
