/**
 * Builds what the browser gets: one CSS file, one font, the icons and the vendored keyboard.
 *
 * Run it with `make assets`. The results are committed, so running Visavis needs no Node.
 */
import { mkdir, readFile, rm, writeFile, copyFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as sass from "sass";
import subsetFont from "subset-font";

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, "node_modules");
const design = join(here, "..", "src", "visavis", "design");
const staticFolder = join(design, "static", "design");

const FONT = "@fontsource-variable/atkinson-hyperlegible-next";
const FONT_FILE = "atkinson-hyperlegible-next-latin-wght-normal.woff2";
// Letters of our four languages, and the signs our texts use: quotes, dashes, arrows, the franc's apostrophe.
const LETTERS =
  characters(0x20, 0x7e) + characters(0xa0, 0xff) + "ŒœŸ‐‑–—‘’‚“”„•…‹›€←→−\u2009\u202f";

function characters(first, last) {
  return Array.from({ length: last - first + 1 }, (_, i) => String.fromCodePoint(first + i)).join("");
}

/** Lengths of govuk-frontend are in px; ours follow the root's size, so that the kiosk is larger by one rule. */
function followTheRoot(css) {
  return css.replace(/(?<![\w.#-])(\d*\.?\d+)px/g, (whole, number) =>
    Number(number) < 4 ? whole : `${Number((Number(number) / 16).toFixed(4))}rem`,
  );
}

/** Our tokens are always defined, so the fallbacks of govuk-frontend's colours are dead weight. */
function dropFallbacks(css) {
  return css.replace(/var\((--govuk-[a-z-]+),\s*#?\w+\)/g, "var($1)");
}

async function buildCss() {
  const { css } = sass.compile(join(here, "scss", "visavis.scss"), {
    loadPaths: [join(modules, "govuk-frontend", "dist")],
    style: "compressed",
    charset: false,
  });
  await writeFile(join(staticFolder, "visavis.css"), `${followTheRoot(dropFallbacks(css))}\n`);
}

async function buildFont() {
  const whole = await readFile(join(modules, FONT, "files", FONT_FILE));
  const part = await subsetFont(whole, LETTERS, {
    targetFormat: "woff2",
    variationAxes: { wght: { min: 400, max: 700, default: 400 } },
  });
  await writeFile(join(staticFolder, "fonts", "atkinson-hyperlegible-next.woff2"), part);
  await copyFile(join(modules, FONT, "LICENSE"), join(staticFolder, "fonts", "LICENSE.txt"));
}

async function buildIcons() {
  const names = (await readFile(join(here, "icons.txt"), "utf8")).split(/\s+/).filter(Boolean);
  const folder = join(design, "icons");
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const name of names) {
    const svg = await readFile(join(modules, "lucide-static", "icons", `${name}.svg`), "utf8");
    const inside = svg.replace(/^[\s\S]*?<svg[^>]*>/, "").replace("</svg>", "");
    await writeFile(join(folder, `${name}.svg`), `${inside.replace(/\s*\n\s*/g, "")}\n`);
  }
  await copyFile(join(modules, "lucide-static", "LICENSE"), join(folder, "LICENSE.txt"));
}

async function buildVendored() {
  const keyboard = join(modules, "simple-keyboard");
  const folder = join(staticFolder, "vendor");
  const script = await readFile(join(keyboard, "build", "index.modern.js"), "utf8");
  await writeFile(
    join(folder, "simple-keyboard.js"),
    script.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, "\n"),
  );
  await copyFile(join(keyboard, "LICENSE"), join(folder, "simple-keyboard.LICENSE.txt"));
  await copyFile(
    join(here, "licences", "govuk-frontend.txt"),
    join(folder, "govuk-frontend.LICENSE.txt"),
  );
}

for (const folder of ["fonts", "vendor"]) await mkdir(join(staticFolder, folder), { recursive: true });
await Promise.all([buildCss(), buildFont(), buildIcons(), buildVendored()]);
