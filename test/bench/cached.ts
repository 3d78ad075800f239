import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hasNginx, type Loaded, startNginx, startOurs, startPlain } from "./cached-servers.ts";
import { processorTime } from "./processor-time.ts";
import { median, printFigures } from "./table.ts";
import { hasWrk, runWrk, type Load } from "./wrk.ts";

const OBJECTS = 200;
const CONNECTIONS = 64;
const TOKEN = "bench-token-0123456789";

/** Seconds of one run. The servers take turns, so that what else the machine does meets all of them. */
const SECONDS = 3;
const ROUNDS = 5;
/** Requests after which a server counts as warm: its cache is full and its code compiled. */
const WARM = 100_000;

interface Figures {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** Microseconds of processor time a request. */
  readonly cpu: number;
}

/** P5: cached objects of 100 kB over HTTP with 64 connections, beside nginx's proxy_cache and a bare Node server. */
export async function benchCached(): Promise<void> {
  const title = `P5  ${OBJECTS} cached objects of 100 kB, ${CONNECTIONS} connections, median of ${ROUNDS}`;
  if (!hasWrk()) {
    printFigures(title, [["not measured", "wrk is missing (Debian: wrk)"]]);
    return;
  }
  const folder = await mkdtemp(join(tmpdir(), "remote-storage-bench-"));
  const servers: Loaded[] = [];
  try {
    const plain = await startPlain();
    servers.push(plain);
    const ours = await startOurs(folder, plain.url, TOKEN);
    servers.push(ours);
    const nginx = hasNginx() ? await startNginx(folder, plain.url) : undefined;
    if (nginx !== undefined) servers.push(nginx);
    const all = await measureAll(folder, servers);
    const [own, bare, peer] = [all.get(ours), all.get(plain), nginx && all.get(nginx)];
    printFigures(title, [
      ...Array.from(all, ([{ what }, figures]): [string, string] => [what, describe(figures)]),
      ["ours / nginx", ratio(own, peer, "bar: ≥ 0.5")],
      ["ours / bare Node", ratio(own, bare, "")],
      ["p99 / p50", `${own ? (own.p99 / own.p50).toFixed(1) : "?"}  bar: ≤ 5`],
    ]);
  } finally {
    for (const server of servers.toReversed()) await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function measureAll(
  folder: string,
  servers: readonly Loaded[],
): Promise<ReadonlyMap<Loaded, Figures>> {
  const load = ({ url, path }: Loaded) =>
    runWrk({
      folder,
      url,
      path,
      objects: OBJECTS,
      token: TOKEN,
      connections: CONNECTIONS,
      seconds: SECONDS,
    });
  for (const server of servers) {
    for (let requests = 0; requests < WARM;) requests += (await load(server)).requests;
  }
  const seen = new Map(servers.map((server) => [server, { loads: [] as Load[], seconds: 0 }]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [server, runs] of seen) {
      const before = await processorTime(server.pid);
      runs.loads.push(await load(server));
      runs.seconds += (await processorTime(server.pid)) - before;
    }
  }
  return new Map(
    Array.from(seen, ([server, { loads, seconds }]) => [server, toFigures(loads, seconds)]),
  );
}

function toFigures(loads: readonly Load[], seconds: number): Figures {
  const of = (name: keyof Load) => median(loads.map((load) => load[name]));
  const requests = loads.reduce((sum, load) => sum + load.requests, 0);
  return {
    perSecond: of("perSecond"),
    p50: of("p50"),
    p99: of("p99"),
    cpu: (seconds * 1e6) / requests,
  };
}

function describe({ perSecond, p50, p99, cpu }: Figures): string {
  const times = `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`;
  return `${Math.round(perSecond)} requests/s, ${times}, ${cpu.toFixed(0)} µs of processor each`;
}

function ratio(ours: Figures | undefined, theirs: Figures | undefined, bar: string): string {
  if (ours === undefined || theirs === undefined) return "not measured (Debian: nginx-light)";
  const speed = (ours.perSecond / theirs.perSecond).toFixed(2);
  return `${speed} × the requests, ${(ours.cpu / theirs.cpu).toFixed(1)} × the processor time  ${bar}`;
}
