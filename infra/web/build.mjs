/** Builds the browser scripts into chalicelib/web/static, which is not committed. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
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
    entryPoints: [fileURLToPath(new URL("tag/main.ts", import.meta.url))],
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

const variants = await Promise.all(Array.from({ length: 2 ** PARTS.length }, (_, variant) => tagVariant(variant)));
mkdirSync(dirname(STATIC), { recursive: true });
writeFileSync(`${STATIC}/tag.js`, variants.join("\n"));
