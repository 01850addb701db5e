/**
 * <screen-keyboard> types into the page's fields at a kiosk; keys of a real keyboard still work.
 *
 * It shows when a text field has the focus, lies above the bar, never covers the field, and hides
 * when the field is left. The page's language chooses the layout, `inputmode` the figures.
 *
 *   <screen-keyboard data-vendor="…/simple-keyboard.js" data-label="Keyboard" data-space="Space" …></screen-keyboard>
 */
import { layoutsOf } from "./keyboard-layouts.js";

const TYPED = "input:not([type]), input[type=text], input[type=email], input[type=tel], input[type=search], input[type=url], input[type=number], input[type=password], textarea";
const FIGURES = { numeric: "numeric", decimal: "decimal", tel: "tel" };
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
    if (document.activeElement?.matches(TYPED)) this.#onFocus({ target: document.activeElement });
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
    if (!(target instanceof Element) || !target.matches(TYPED) || target.readOnly) return;
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
    const { inputMode = "" } = this.#field;
    const isEmail = inputMode === "email";
    const said = this.dataset;
    const labels = { "{bksp}": said.delete, "{shift}": said.shift, "{next}": said.next, "{space}": said.space };
    return {
      layout: layoutsOf(document.documentElement.lang, { isEmail }),
      layoutName: FIGURES[inputMode] ?? "default",
      theme: "hg-theme-default keyboard",
      display: {
        "{bksp}": "⌫", "{shift}": "⇧", "{space}": said.space, "{next}": said.next,
        "{symbols}": "?#&", "{letters}": "abc",
      },
      mergeDisplay: true,
      useButtonTag: true,
      preventMouseDownDefault: true,
      buttonAttributes: [
        ...Object.entries(labels).map(([buttons, value]) => ({ attribute: "aria-label", value, buttons })),
        { attribute: "aria-label", value: said.symbols, buttons: "{symbols}" },
        { attribute: "aria-label", value: said.letters, buttons: "{letters}" },
      ],
      onKeyPress: (key) => this.#press(key),
    };
  }

  #press(key) {
    this.#keyboard.clearInput(); // it would remember what is typed
    if (key === "{shift}") this.#layer("default", "shift");
    else if (key === "{symbols}") this.#keyboard.setOptions({ layoutName: "symbols" });
    else if (key === "{letters}") this.#keyboard.setOptions({ layoutName: "default" });
    else if (key === "{next}") this.#next();
    else this.#type(key);
  }

  #layer(one, other) {
    const layoutName = this.#keyboard.options.layoutName === one ? other : one;
    this.#keyboard.setOptions({ layoutName });
  }

  #type(key) {
    const field = this.#field;
    if (!field) return;
    const [start, end] = [field.selectionStart, field.selectionEnd];
    if (key === "{bksp}") field.setRangeText("", start === end ? Math.max(0, start - 1) : start, end, "end");
    else if (!isFull(field)) field.setRangeText(key === "{space}" ? " " : key, start, end, "end");
    field.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertText" }));
    if (this.#keyboard.options.layoutName === "shift") this.#keyboard.setOptions({ layoutName: "default" });
  }

  /** To the next field; from the last one the form's button takes the focus, and a search is sent. */
  #next() {
    const field = this.#field;
    if (!field) return;
    if (field instanceof HTMLTextAreaElement) {
      this.#type("\n");
      return;
    }
    if (field.type === "search") {
      field.form?.requestSubmit();
      return;
    }
    const controls = [...(field.form?.elements ?? [])].filter(
      (control) => control.matches("input, select, textarea, button") && control.checkVisibility() && !control.disabled,
    );
    const next = controls[controls.indexOf(field) + 1];
    if (next) next.focus();
    else field.blur();
  }

  #makeRoom() {
    const height = this.getBoundingClientRect().height;
    document.documentElement.style.setProperty("--keyboard-height", `${height}px`);
    const top = this.getBoundingClientRect().top;
    const group = this.#field.closest(".govuk-form-group") ?? this.#field;
    const hidden = Math.max(group.getBoundingClientRect().bottom, this.#field.getBoundingClientRect().bottom) - top + 24;
    if (hidden > 0) scrollBy({ top: hidden, behavior: "instant" });
  }
}

/** Browsers tell no caret for these two kinds, and at a kiosk the server checks anyway. */
function typeable(field) {
  if (field.type === "email" || field.type === "number") {
    field.inputMode ||= field.type === "email" ? "email" : "numeric";
    field.type = "text";
  }
  return field;
}

function isFull(field) {
  const selected = field.selectionEnd - field.selectionStart;
  return field.maxLength >= 0 && field.value.length - selected >= field.maxLength;
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
