/**
 * `npm run build`, its second half: lays the Azure Function App out in `dist/azure`, ready for
 * `func azure functionapp publish --no-build` and `azd deploy`.
 */
import { copyFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { bundle } from "./bundle.ts";
import { layNativePackage } from "./native-package.ts";

const ROOT = join(import.meta.dirname, "..");

/** What Flex Consumption runs on, as npm names it. */
const CPU = "x64";

/** The way from the library to the worker that runs it, which supplies it. */
export const CORE = "@azure/functions-core";

/** The app as a folder, whose old files are removed. */
export async function bundleFunctionApp(folder: string): Promise<void> {
  const source = join(ROOT, "functions/azure");
  await bundle(join(source, "main.ts"), folder, [CORE]);
  await layNativePackage("sharp", CPU, folder);
  await copyFile(join(source, "host.json"), join(folder, "host.json"));
  const manifest = { name: "remote-storage", private: true, type: "module", main: "main.mjs" };
  await writeFile(join(folder, "package.json"), `${JSON.stringify(manifest, undefined, 2)}\n`);
}

if (import.meta.main) await bundleFunctionApp(join(ROOT, "dist/azure"));
