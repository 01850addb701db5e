/**
 * The layouts of the screen keyboard: Swiss French, Swiss German, Italian and English.
 *
 * The letters with accents of our languages, and @ . - stand on the first layer of each, because a
 * name like Müller or Crélerot is nothing rare here.
 */
const DIGITS = "1 2 3 4 5 6 7 8 9 0 {bksp}";
const LAST = "{symbols} @ - {space} . ' {close} {next}";
const LAST_EMAIL = "{symbols} @ - _ {space} . .ch {close} {next}";

const LETTERS = {
  fr: ["q w e r t z u i o p è", "a s d f g h j k l é à", "{shift} y x c v b n m ç ê ô", "ü ö ä ë ï î û â ù œ ,"],
  de: ["q w e r t z u i o p ü", "a s d f g h j k l ö ä", "{shift} y x c v b n m é è à", "ç ê ô ë ï î û â ù œ ,"],
  it: ["q w e r t z u i o p è", "a s d f g h j k l é à", "{shift} y x c v b n m ò ù ì", "ç ü ö ä ê ô ë ï î â ,"],
  en: ["q w e r t y u i o p é", "a s d f g h j k l è à", "{shift} z x c v b n m ü ö", "ä ç ê ô ë ï î û â ù ,"],
};

const SYMBOLS = [DIGITS, "! ? \" ( ) / & + % # *", "= : ; , _ < > [ ] { }", "§ $ € £ ~ ^ | \\ ` ° ´"];

/** The layers of a page's language, as simple-keyboard wants them. */
export function layoutsOf(language, { isEmail = false } = {}) {
  const letters = LETTERS[language] ?? LETTERS.fr;
  const last = isEmail ? LAST_EMAIL : LAST;
  return {
    default: [DIGITS, ...letters, last],
    shift: [DIGITS, ...letters.map(inCapitals), last],
    symbols: [...SYMBOLS, last.replace("{symbols}", "{letters}")],
    numeric: ["1 2 3", "4 5 6", "7 8 9", "{bksp} 0 {close}", "{next}"],
    decimal: ["1 2 3", "4 5 6", "7 8 9", ". 0 {bksp}", "{close} {next}"],
    tel: ["1 2 3", "4 5 6", "7 8 9", "+ 0 {bksp}", "{close} {next}"],
  };
}

function inCapitals(row) {
  return row
    .split(" ")
    .map((key) => (key.startsWith("{") ? key : key.toLocaleUpperCase("fr")))
    .join(" ");
}
