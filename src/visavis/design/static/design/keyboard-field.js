/** What the screen keyboard does with a field: is it typed in, put in, take away, which comes next. */
const TYPED = [
  "input:not([type])",
  ...["text", "email", "tel", "search", "url", "number", "password"].map((type) => `input[type=${type}]`),
  "textarea",
].join();

export function isTyped(target) {
  return target instanceof Element && target.matches(TYPED) && !target.readOnly;
}

/** Browsers tell no caret for these two kinds, and at a kiosk the server checks anyway. */
export function typeable(field) {
  if (field.type === "email" || field.type === "number") {
    field.inputMode ||= field.type === "email" ? "email" : "numeric";
    field.type = "text";
  }
  return field;
}

export function insert(field, text) {
  const { selectionStart, selectionEnd, maxLength, value } = field;
  const isFull = maxLength >= 0 && value.length - (selectionEnd - selectionStart) >= maxLength;
  if (isFull) return;
  field.setRangeText(text, selectionStart, selectionEnd, "end");
  tell(field, "insertText");
}

export function erase(field) {
  const { selectionStart, selectionEnd } = field;
  const from = selectionStart === selectionEnd ? Math.max(0, selectionStart - 1) : selectionStart;
  field.setRangeText("", from, selectionEnd, "end");
  tell(field, "deleteContentBackward");
}

/** The control that stands after a field in its form, or nothing. */
export function after(field) {
  const controls = [...(field.form?.elements ?? [])].filter(
    (control) =>
      control.matches("input, select, textarea, button") &&
      control.checkVisibility() &&
      !control.disabled,
  );
  return controls[controls.indexOf(field) + 1];
}

function tell(field, inputType) {
  field.dispatchEvent(new InputEvent("input", { bubbles: true, inputType }));
}
