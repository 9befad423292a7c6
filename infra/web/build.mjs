/** Builds the browser scripts into chalicelib/web/static, which is not committed. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { minify } from "terser";

const STATIC = fileURLToPath(new URL("../../chalicelib/web/static/", import.meta.url));

/** The parts of the tag that an account may have no use for, in the order of the bits of a variant's number. */
const PARTS = ["TRACKERS", "GESTURES", "CAMPAIGNS", "ROUTES", "SERVER_COOKIE"];

/** Returns the tag with the parts whose bits are set in the variant's number. */
async function tagVariant(variant) {
  const define = Object.fromEntries(PARTS.map((part, bit) => [`ACTRAIL_${part}`, String(Boolean(variant & (1 << bit)))]));
  const bundle = await build({
    entryPoints: [source("tag/main.ts")],
    bundle: true,
    minifySyntax: true,
    define,
    format: "iife",
    target: "es2021",
    tsconfigRaw: "{}",
    write: false,
    logLevel: "warning",
  });
  const { code } = await minify(bundle.outputFiles[0].text, {
    ecma: 2020,
    compress: { passes: 4, toplevel: true, unsafe_arrows: true, pure_getters: true, inline: 1 },
    mangle: { toplevel: true },
    format: { ascii_only: true },
  });
  return code;
}

/** Writes tag.js: every variant of the tag, one a line. */
async function buildTag() {
  const variants = await Promise.all(Array.from({ length: 2 ** PARTS.length }, (_, variant) => tagVariant(variant)));
  writeFileSync(`${STATIC}/tag.js`, variants.join("\n"));
}

/**
 * Writes the dashboard's files into dashboard/, their names with a hash of what is in them, and a manifest that maps
 * the name of each source to its file. What a script imports when it needs it becomes a file of its own.
 */
async function buildDashboard() {
  const folder = `${STATIC}/dashboard`;
  const { metafile, outputFiles } = await build({
    entryPoints: ["main.ts", "style.css", "icons.svg", "favicon.svg"].map((file) => source(`dashboard/${file}`)),
    bundle: true,
    minify: true,
    splitting: true,
    format: "esm",
    target: ["es2022", "chrome111", "firefox113", "safari16.4"],
    tsconfigRaw: "{}",
    loader: { ".svg": "copy" },
    entryNames: "[name]-[hash]",
    chunkNames: "chunk-[hash]",
    assetNames: "image-[hash]",
    plugins: [imagesAsFiles],
    outdir: folder,
    metafile: true,
    write: false,
    logLevel: "warning",
  });
  const entries = Object.entries(metafile.outputs).filter(([, output]) => output.entryPoint);
  const manifest = Object.fromEntries(entries.map(([file, output]) => [basename(output.entryPoint), basename(file)]));
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const { path, contents } of outputFiles) writeFileSync(path, contents);
  writeFileSync(`${folder}/manifest.json`, JSON.stringify(manifest));
}

/** Writes editor.js: the visual editor, a module that knows how the tag finds elements. */
async function buildEditor() {
  await build({
    entryPoints: [source("editor/main.ts")],
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    define: { ACTRAIL_CONFIGURATION: "{}", ...Object.fromEntries(PARTS.map((part) => [`ACTRAIL_${part}`, "false"])) },
    tsconfigRaw: "{}",
    outfile: `${STATIC}/editor.js`,
    logLevel: "warning",
  });
}

/** Makes files of the images that styles have in themselves, which a Content-Security-Policy of 'self' refuses. */
const imagesAsFiles = {
  name: "images-as-files",
  setup(plugged) {
    const images = [];
    plugged.onResolve({ filter: /^data:image\/svg\+xml[;,]/ }, ({ path }) => ({
      path: `${images.push(decodeURIComponent(path.slice(path.indexOf(",") + 1)))}.svg`,
      namespace: "image",
    }));
    plugged.onLoad({ filter: /./, namespace: "image" }, ({ path }) => ({
      contents: images[Number.parseInt(path, 10) - 1],
      loader: "file",
    }));
  },
};

/** Returns the path of a source. */
function source(file) {
  return fileURLToPath(new URL(file, import.meta.url));
}

mkdirSync(STATIC, { recursive: true });
await Promise.all([buildTag(), buildEditor(), buildDashboard()]);
