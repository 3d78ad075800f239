import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundle } from "../../infra/bundle.ts";
import { fromStream } from "../support/lambda/gateways.ts";
import { startRuntime } from "../support/lambda/runtime.ts";
import { ENV, signOne } from "./lambda-event.ts";
import { benchWarm, kilobytes } from "./lambda-warm.ts";
import { median, printFigures } from "./table.ts";

const STARTS = 15;

/** What a signing function is measured against: nothing at all, the least of HTTP, the SDK's way. */
const PEERS = {
  empty: `export const handler = awslambda.streamifyResponse(async (event, stream) => {
    const out = awslambda.HttpResponseStream.from(stream, { statusCode: 200, headers: {} });
    out.write("{}");
    out.end();
  });`,
  web: `export const handler = awslambda.streamifyResponse(async (event, stream) => {
    const { method } = new Request("http://localhost" + event.path, { method: event.httpMethod });
    const { status, headers } = Response.json({ method });
    const out = awslambda.HttpResponseStream.from(stream, {
      statusCode: status,
      headers: Object.fromEntries(headers),
    });
    out.write("{}");
    out.end();
  });`,
  sdk: `import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
  import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
  const client = new S3Client({ region: "eu-central-1" });
  export const handler = awslambda.streamifyResponse(async (event, stream) => {
    const command = new GetObjectCommand({ Bucket: "bench-private", Key: "a/b.jpg" });
    const url = await getSignedUrl(client, command, { expiresIn: 3600 });
    const out = awslambda.HttpResponseStream.from(stream, { statusCode: 200, headers: {} });
    out.write(JSON.stringify({ url }));
    out.end();
  });`,
} as const;

const root = join(import.meta.dirname, "../..");

/** P2: the signing function in AWS's own runtime client. */
export async function benchLambda(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "remote-storage-bench-"));
  try {
    const ours = join(folder, "objects");
    await bundle(join(root, "functions/aws/objects/main.ts"), ours);
    const peers = {
      empty: join(folder, "empty"),
      web: join(folder, "web"),
      sdk: join(folder, "sdk"),
    };
    // Within the project, so that the packages are found.
    const sources = join(root, "node_modules/.cache/bench");
    await mkdir(sources, { recursive: true });
    for (const name of ["empty", "web", "sdk"] as const) {
      const source = join(sources, `${name}.mjs`);
      await writeFile(source, PEERS[name]);
      await bundle(source, peers[name]);
    }
    await benchStarts({ ours, ...peers });
    await benchSizes(ours, peers.sdk);
    await benchWarm(ours);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const NAMES = {
  empty: "an empty handler",
  web: "one that makes a Web request and response",
  ours: "ours",
  sdk: "the SDK's presigner",
} as const;

type Name = keyof typeof NAMES;

const ORDER: readonly Name[] = ["empty", "web", "ours", "sdk"];

/** From starting the process to the end of the first answer, a round of each after the other. */
async function benchStarts(code: Readonly<Record<Name, string>>): Promise<void> {
  const times: Record<Name, number[]> = { empty: [], web: [], ours: [], sdk: [] };
  const work: Record<Name, number[]> = { empty: [], web: [], ours: [], sdk: [] };
  const event = await signOne();
  for (let start = 0; start <= STARTS; start += 1) {
    for (const name of ORDER) {
      const runtime = await startRuntime(code[name], "main.handler", ENV);
      const answer = fromStream(await runtime.invoke(event));
      const time = performance.now() - runtime.started;
      if (answer.status !== 200) throw new Error(answer.body.toString());
      // The first round fills the caches of the file system.
      if (start > 0) times[name].push(time);
      if (start > 0) work[name].push(await runtime.processorTime());
      await runtime.stop();
    }
  }
  const figures = ORDER.map((name): [string, string] => {
    const [wall, processor] = [median(times[name]), median(work[name])];
    const shown = `${wall.toFixed(0)} ms (${spread(times[name])}), of a processor ${processor.toFixed(0)} ms (${spread(work[name])})`;
    if (name === "empty") return [NAMES[name], shown];
    const more = `${(wall - median(times.empty)).toFixed(0)} and ${(processor - median(work.empty)).toFixed(0)} ms over empty`;
    return [NAMES[name], `${shown}: ${more}${name === "ours" ? "; bar: ≤ 30 ms" : ""}`];
  });
  printFigures(`P2  cold start to the first signed answer (medians of ${STARTS} starts)`, figures);
}

/** What is read from the function's code until the first signature, and all that lies there. */
async function benchSizes(ours: string, sdk: string): Promise<void> {
  const figures: [string, string][] = [];
  for (const [name, code] of [
    ["ours", ours],
    ["the SDK's presigner", sdk],
  ] as const) {
    const preload = join(import.meta.dirname, "loaded-files.ts");
    const env = { ...ENV, NODE_OPTIONS: `--import=${preload}` };
    const runtime = await startRuntime(code, "main.handler", env);
    await runtime.invoke(await signOne());
    await runtime.stop();
    const loaded = Array.from(runtime.log().matchAll(/^loaded (\S+)$/gm), ([, file]) => file ?? "");
    const bytes = await size(loaded);
    const all = await size((await readdir(code)).map((file) => join(code, file)));
    figures.push([
      name,
      `${kilobytes(bytes)} in ${loaded.length} files, of ${kilobytes(all)} in all`,
    ]);
  }
  printFigures("P2  code loaded before the first signature; bar: ≤ 250 kB", figures);
}

/** What half of them lie between. */
function spread(values: readonly number[]): string {
  const sorted = values.toSorted((one, other) => one - other);
  const [low, high] = [0.25, 0.75].map((part) => sorted[Math.floor(sorted.length * part)]);
  return `${low?.toFixed(0)}–${high?.toFixed(0)}`;
}

async function size(files: readonly string[]): Promise<number> {
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
  return sizes.reduce((sum, each) => sum + each, 0);
}
