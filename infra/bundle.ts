/**
 * `npm run build`: bundles each Lambda function into `dist/aws/<name>/main.mjs`. Code is split, so that
 * what is imported late (SDKs, the parser of YAML) lies in files of its own and loads late.
 */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";

/** The entries, each `functions/aws/<name>/main.ts`. */
const FUNCTIONS = ["objects"] as const;

/** Some packages call `require`, which ES modules do not have. */
const REQUIRE =
  'import { createRequire as toRequire } from "node:module"; const require = toRequire(import.meta.url);';

/** Bundles one entry into `folder`, whose old files are removed. */
export async function bundle(entry: string, folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await build({
    entryPoints: { main: entry },
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    minify: true,
    // Names in stacks and in middy's hooks stay readable.
    keepNames: true,
    platform: "node",
    format: "esm",
    target: "node24",
    mainFields: ["module", "main"],
    banner: { js: REQUIRE },
    legalComments: "none",
    logLevel: "warning",
  });
}

if (import.meta.main) {
  const root = join(import.meta.dirname, "..");
  for (const name of FUNCTIONS) {
    await bundle(join(root, "functions/aws", name, "main.ts"), join(root, "dist/aws", name));
  }
}
