import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundle } from "../../infra/bundle.ts";
import { bundleFunctionApp, CORE } from "../../infra/bundle-azure.ts";
import { type FunctionApp, startFunctionApp } from "../support/azure-functions/function-app.ts";
import { memoryOf } from "../support/memory-of.ts";
import { median, printFigures } from "./table.ts";

const STARTS = 11;
const LINKS = [100_000, 1_000_000] as const;
const PIECE = 1000;

const TOKEN = "token-of-the-bench-0123456789";
const SETTINGS = {
  STORAGE_PROVIDER: "azure",
  STORAGE_ACCESS_KEY: "benchaccount",
  STORAGE_SECRET_KEY: Buffer.alloc(64, "bench").toString("base64"),
  STORAGE_BUCKET_PREFIX: "bench",
  CACHE_BUCKET: "bench-cache",
  API_TOKENS: TOKEN,
  LOG_LEVEL: "error",
};

/** What an app is measured against: one that does nothing. */
const EMPTY = `import { app } from "@azure/functions";
app.setup({ enableHttpStream: true });
app.http("objects", { methods: ["GET"], route: "{*path}", handler: () => ({ body: "{}" }) });`;

const ROOT = join(import.meta.dirname, "../..");

/** The Function App as `npm run build` lays it out, in the host of the tests. */
export async function benchAzure(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "remote-storage-bench-"));
  try {
    const ours = join(folder, "ours");
    await bundleFunctionApp(ours);
    // Within the project, so that the library is found.
    const source = join(ROOT, "node_modules/.cache/bench/empty-app.mjs");
    await mkdir(join(source, ".."), { recursive: true });
    await writeFile(source, EMPTY);
    await bundle(source, join(folder, "empty"), [CORE]);
    await benchStarts({ empty: join(folder, "empty"), ours });
    await benchSizes(ours);
    await benchLinks(ours);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** From starting the process, the host in it included, to the end of the first answer. */
async function benchStarts(code: Readonly<Record<"empty" | "ours", string>>): Promise<void> {
  const times = { empty: [] as number[], ours: [] as number[] };
  for (let round = 0; round <= STARTS; round += 1) {
    for (const name of ["empty", "ours"] as const) {
      const start = performance.now();
      const app = await startFunctionApp(join(code[name], "main.mjs"), SETTINGS);
      await signOne(app);
      // The first round fills the caches of the file system.
      if (round > 0) times[name].push(performance.now() - start);
      await app.stop();
    }
  }
  const [empty, ours] = [median(times.empty), median(times.ours)];
  printFigures(`Azure  start to the first signed answer (medians of ${STARTS} starts)`, [
    ["an empty app", shown(times.empty)],
    ["ours", `${shown(times.ours)}: ${(ours - empty).toFixed(0)} ms over empty`],
  ]);
}

function shown(times: readonly number[]): string {
  const [least, most] = [Math.min(...times), Math.max(...times)];
  return `${median(times).toFixed(0)} ms (${least.toFixed(0)} to ${most.toFixed(0)})`;
}

/** What is read until the first signature, and all that is deployed. */
async function benchSizes(ours: string): Promise<void> {
  const preload = join(import.meta.dirname, "loaded-files.ts");
  const env = { ...SETTINGS, LAMBDA_TASK_ROOT: ours, NODE_OPTIONS: `--import=${preload}` };
  const app = await startFunctionApp(join(ours, "main.mjs"), env);
  await signOne(app);
  await app.stop();
  const loaded = Array.from(app.log().matchAll(/^loaded (\S+)$/gm), ([, file]) => file ?? "");
  const files = await readdir(ours, { recursive: true, withFileTypes: true });
  const places = files
    .filter((file) => file.isFile())
    .map((file) => join(file.parentPath, file.name));
  const native = places.filter((place) => place.includes("/node_modules/"));
  printFigures("Azure  the package; bar: no SDK is loaded before it is needed", [
    ["loaded before the first signature", `${await size(loaded)} in ${loaded.length} files`],
    ["code", await size(places.filter((place) => !native.includes(place)))],
    ["sharp for Linux", await size(native)],
  ]);
}

async function benchLinks(ours: string): Promise<void> {
  const app = await startFunctionApp(join(ours, "main.mjs"), SETTINGS);
  await signOne(app);
  const figures: [string, string][] = [];
  for (const count of LINKS) {
    const before = memoryOf(app.pid).now;
    const start = performance.now();
    const bytes = await resolveMany(app, count);
    const seconds = (performance.now() - start) / 1000;
    const { most } = memoryOf(app.pid);
    figures.push([
      `${count.toLocaleString("en")} links streamed`,
      `${seconds.toFixed(1)} s, ${megabytes(bytes)}, resident ${megabytes(before)} before, ${megabytes(most)} at most`,
    ]);
  }
  await app.stop();
  printFigures("Azure  links through the app, with the host in the same process", figures);
}

async function signOne({ url }: FunctionApp): Promise<void> {
  const headers = { authorization: `Bearer ${TOKEN}` };
  const answer = await fetch(`${url}/objects/private/a/b.jpg?redirect=false`, { headers });
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(text);
}

/** @returns bytes of the answer. */
async function resolveMany({ url }: FunctionApp, count: number): Promise<number> {
  const answer = await fetch(`${url}/links/resolve`, {
    method: "POST",
    headers: { authorization: `Bearer ${TOKEN}`, "content-type": "text/plain" },
    body: ReadableStream.from(pieces(count)),
    duplex: "half",
  });
  let bytes = 0;
  let end = "";
  for await (const chunk of answer.body ?? []) {
    bytes += chunk.byteLength;
    end = (end + Buffer.from(chunk.subarray(-200)).toString()).slice(-200);
  }
  if (!end.includes(`"resolved":${count}`)) throw new Error(end);
  return bytes;
}

function* pieces(count: number) {
  for (let first = 0; first < count; first += PIECE) {
    const links = Array.from({ length: PIECE }, (_, n) => `fs://bench-private/${first + n}.jpg\n`);
    yield Buffer.from(links.join(""));
  }
}

async function size(files: readonly string[]): Promise<string> {
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
  const bytes = sizes.reduce((sum, each) => sum + each, 0);
  return `${Math.round(bytes / 1000).toLocaleString("en")} kB`;
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}
