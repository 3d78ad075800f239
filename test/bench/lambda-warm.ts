import { Readable } from "node:stream";
import { fromStream, toRestApiEvent } from "../support/lambda/gateways.ts";
import { type Runtime, startRuntime } from "../support/lambda/runtime.ts";
import { toSent } from "../support/lambda/sent.ts";
import { listen } from "../support/listen.ts";
import { ENV, signOne, TOKEN } from "./lambda-event.ts";
import { median, printFigures } from "./table.ts";

const WARM = 1000;
/** The last are more than Lambda streams (200 MB): they show that memory levels off. */
const LINKS = [100_000, 1_000_000, 2_000_000] as const;
/** Milliseconds that the longest may take on a busy machine. */
const TIME = 600_000;

/** One signature in a warm function, and link files of any length. */
export async function benchWarm(ours: string): Promise<void> {
  const figures = [await benchOne(ours)];
  for (const count of LINKS) figures.push(await benchMany(ours, count));
  printFigures("P2  warm", figures);
}

async function benchOne(ours: string): Promise<[string, string]> {
  const runtime = await startRuntime(ours, "main.handler", ENV);
  const event = await signOne();
  const times: number[] = [];
  for (let count = 0; count < WARM; count += 1) {
    const start = performance.now();
    await runtime.invoke(event);
    times.push(performance.now() - start);
  }
  await runtime.stop();
  const late = times.toSorted((a, b) => a - b)[Math.floor(WARM * 0.99)] ?? Number.NaN;
  const shown = `${median(times).toFixed(2)} ms, p99 ${late.toFixed(2)} ms`;
  return ["one signature, with the runtime's own time", shown];
}

/** A link file that lies in the store, since no request carries so many links. */
async function benchMany(ours: string, count: number): Promise<[string, string]> {
  const store = await listen((_request, response) => {
    response.writeHead(200, { etag: '"1"', "last-modified": new Date(0).toUTCString() });
    Readable.from(linkFile(count)).pipe(response);
  });
  const runtime = await startRuntime(ours, "main.handler", { ...ENV, STORAGE_ENDPOINT: store.url });
  try {
    await runtime.invoke(await signOne());
    const before = await runtime.memory();
    const start = performance.now();
    const bytes = await resolveAll(runtime, count);
    const seconds = (performance.now() - start) / 1000;
    const { peak } = await runtime.memory();
    const resident = `resident ${megabytes(before.now)} before, ${megabytes(peak)} at most`;
    const shown = `${seconds.toFixed(1)} s, ${kilobytes(bytes)}, ${resident}`;
    return [`${count.toLocaleString("en")} links streamed`, shown];
  } finally {
    await runtime.stop();
    await store.close();
  }
}

function* linkFile(count: number): Generator<string> {
  const block = 1000;
  for (let start = 0; start < count; start += block) {
    const links = Array.from({ length: block }, (_, n) => `fs://bench-private/${start + n}.jpg\n`);
    yield links.join("");
  }
}

/** @returns bytes of the answer. */
async function resolveAll(runtime: Runtime, count: number): Promise<number> {
  const file = encodeURIComponent("fs://bench-private/links.txt");
  const headers = { authorization: `Bearer ${TOKEN}` };
  const sent = await toSent("POST", `/links/resolve?file=${file}`, headers);
  const { status, body } = fromStream(await runtime.invoke(toRestApiEvent(sent), TIME));
  const summary = body.subarray(-200).toString();
  if (status !== 200 || !summary.includes(`"resolved":${count}`)) throw new Error(summary);
  return body.byteLength;
}

export function kilobytes(bytes: number): string {
  return `${Math.round(bytes / 1000).toLocaleString("en")} kB`;
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024)} MiB`;
}
