/* Builds portal/static from the sources beside this file: stylesheet, scripts, fonts, icons, manifest. */
import { createHash } from "node:crypto";
import { cp, mkdir, readFile, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, "../..");
const uswds = path.join(root, "node_modules/@uswds/uswds");
const finished = path.join(root, "portal/static");
// Built aside and moved at the end, so that a running server and a failed build keep the old files.
const target = path.join(root, "node_modules/.signpost-static");
const manifest = {};

const fonts = {
  "PublicSans-Regular.woff2": "public-sans/PublicSans-Regular.woff2",
  "PublicSans-SemiBold.woff2": "public-sans/PublicSans-SemiBold.woff2",
  "PublicSans-Bold.woff2": "public-sans/PublicSans-Bold.woff2",
  "RobotoMono-Regular.woff2": "roboto-mono/roboto-mono-v5-latin-regular.woff2",
};

await refuseOldNode();
await rm(target, { recursive: true, force: true });
await buildFonts();
await buildSprite();
await publish("img/favicon.svg", await readFile(path.join(here, "img/favicon.svg")));
await buildStyles();
await buildScripts();
await writeFile(path.join(target, "manifest.json"), JSON.stringify(sorted(manifest), null, 2) + "\n");
await keepYoung();
await rm(finished, { recursive: true, force: true });
await rename(target, finished);

/** A server that is running names the files of its own start: each stays for a day after it was replaced. */
async function keepYoung() {
  const dayMilliseconds = 24 * 60 * 60 * 1000;
  const names = await readdir(finished, { recursive: true }).catch(() => []);
  for (const name of names) {
    const old = path.join(finished, name);
    const about = await stat(old);
    if (!about.isFile() || Date.now() - about.mtimeMs > dayMilliseconds) continue;
    await cp(old, path.join(target, name), { force: false, preserveTimestamps: true });
  }
}

async function refuseOldNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  console.error(`The page assets need Node 20.19 or newer. This is ${process.versions.node}.`);
  process.exit(2);
}

async function buildFonts() {
  for (const [name, source] of Object.entries(fonts)) {
    await publish(`fonts/${name}`, await readFile(path.join(uswds, "dist/fonts", source)));
  }
}

/** The sprite holds only the icons named in icons.json, so a page loads one small file. */
async function buildSprite() {
  const names = JSON.parse(await readFile(path.join(here, "img/icons.json"), "utf8"));
  const symbols = [];
  for (const name of names) {
    const svg = await readFile(path.join(uswds, `dist/img/usa-icons/${name}.svg`), "utf8");
    const viewBox = svg.match(/viewBox="([^"]+)"/)[1];
    const drawing = svg.replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "");
    symbols.push(`<symbol id="${name}" viewBox="${viewBox}">${drawing}</symbol>`);
  }
  const sprite = `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("\n")}</svg>\n`;
  await publish("img/sprite.svg", sprite);
}

async function buildStyles() {
  const sass = await import("sass");
  const { css } = sass.compile(path.join(here, "scss/site.scss"), {
    loadPaths: [path.join(here, "scss"), path.join(uswds, "packages")],
    style: "compressed",
    quietDeps: true,
    logger: { debug: () => {}, warn: stopAtWarning },
  });
  await publish("css/site.css", await withHashedAddresses(withOurFacesOnly(css)));
}

/** The design system's own notes are quieted above; a warning about our own styles stops the build. */
function stopAtWarning(message, { span }) {
  throw new Error(`${span?.url ?? "site.scss"}:${(span?.start.line ?? 0) + 1} ${message}`);
}

/** The design system declares faces in weights and formats that we do not send; ours are in base/_fonts.scss. */
function withOurFacesOnly(css) {
  return css.replace(/@font-face\{[^}]*\.\.\/fonts\/[a-z-]+\/[^}]*\}/g, "");
}

/** Every url() in the stylesheet must name a file we publish; pictures of the design system come along. */
async function withHashedAddresses(css) {
  const addresses = [...new Set([...css.matchAll(/url\("?\.\.\/([^")]+)"?\)/g)].map((match) => match[1]))];
  for (const name of addresses) {
    if (name.startsWith("img/") && !manifest[name]) {
      await publish(name, await readFile(path.join(uswds, "dist", name)));
    }
  }
  return css.replace(/url\("?\.\.\/([^")]+)"?\)/g, (_, name) => `url(../${addressOf(name)})`);
}

async function buildScripts() {
  const htmx = await readFile(path.join(root, "node_modules/htmx.org/dist/htmx.esm.min.js"), "utf8");
  await publish("js/htmx.js", htmx.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, "\n"));
  const folder = path.join(here, "js");
  const names = (await readdir(folder)).filter((name) => name.endsWith(".js"));
  for (const name of names) await publishModule(folder, name, []);
}

/** Modules are published leaves first, so that an import can carry the hashed name of what it imports. */
async function publishModule(folder, name, waiting) {
  if (manifest[`js/${name}`]) return;
  if (waiting.includes(name)) throw new Error(`Modules import each other: ${[...waiting, name].join(", ")}`);
  let source = await readFile(path.join(folder, name), "utf8");
  const imports = [...source.matchAll(/(?:from|import)\s*\(?\s*"\.\/([^"]+)"/g)].map((match) => match[1]);
  for (const imported of imports) await publishModule(folder, imported, [...waiting, name]);
  source = source.replace(/((?:from|import)\s*\(?\s*)"\.\/([^"]+)"/g, (_, before, imported) => {
    return `${before}"./${path.posix.basename(addressOf(`js/${imported}`))}"`;
  });
  await publish(`js/${name}`, source);
}

function addressOf(name) {
  if (!manifest[name]) throw new Error(`${name} is used but not published`);
  return manifest[name];
}

async function publish(name, content) {
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 12);
  const { dir, name: stem, ext } = path.posix.parse(name);
  manifest[name] = `${dir}/${stem}.${hash}${ext}`;
  await mkdir(path.join(target, dir), { recursive: true });
  await writeFile(path.join(target, manifest[name]), content);
}

function sorted(object) {
  return Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));
}
