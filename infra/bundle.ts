/**
 * `npm run build`: bundles each Lambda function into `dist/aws/<name>/main.mjs`. Code is split, so that
 * what is imported late (SDKs, the parser of YAML) lies in files of its own and loads late.
 */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import { layNativePackage } from "./native-package.ts";

/** Has compiled parts, which no bundle can hold. */
const PICTURES = "sharp";

/** The entries, each `functions/aws/<name>/main.ts`, with the compiled packages that lie beside them. */
const FUNCTIONS: Readonly<Record<string, readonly string[]>> = {
  objects: [],
  images: [PICTURES],
  sweep: [],
  migrate: [],
};

/** The functions' processors, as npm names them; the stacks say `ARM_64`. */
const CPU = "arm64";

/** Some packages call `require`, which ES modules do not have. */
const REQUIRE =
  'import { createRequire as toRequire } from "node:module"; const require = toRequire(import.meta.url);';

/**
 * Bundles one entry into `folder`, whose old files are removed.
 *
 * @param supplied modules that the platform has.
 */
export async function bundle(
  entry: string,
  folder: string,
  supplied: readonly string[] = [],
): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await build({
    entryPoints: { main: entry },
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    external: [PICTURES, ...supplied],
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
  for (const [name, packages] of Object.entries(FUNCTIONS)) {
    const folder = join(root, "dist/aws", name);
    await bundle(join(root, "functions/aws", name, "main.ts"), folder);
    for (const each of packages) await layNativePackage(each, CPU, folder);
  }
}
