import { mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openS3 } from "../../functions/providers/s3/provider.ts";
import { startMinio } from "../servers/minio.ts";
import type { S3Server } from "../servers/s3-server.ts";
import { context, s3Config, sdk } from "../servers/s3-subject.ts";
import { startDelayProxy } from "../support/delay-proxy.ts";
import type { Cost } from "./command.ts";
import { writeFiles } from "./migrate/files.ts";
import { scanMany } from "./migrate/scan.ts";
import { isThere, type Task, type Tool, TOOLS, versionOf } from "./migrate/tools.ts";
import { runWatched } from "./migrate/watched.ts";
import { printFigures } from "./table.ts";

const [KIB, MIB, GIB] = [1024, 1024 ** 2, 1024 ** 3];

interface Load {
  readonly name: string;
  readonly count: number;
  readonly size: number;
  /** Milliseconds there and back between the tools and the store. */
  readonly far?: number;
}

const SAMPLED: readonly Load[] = [
  { name: "10k × 4 KiB", count: 10_000, size: 4 * KIB },
  { name: "1k × 64 KiB, 80 ms away", count: 1000, size: 64 * KIB, far: 80 },
  { name: "1 × 512 MiB", count: 1, size: 512 * MIB },
  { name: "4 × 128 MiB", count: 4, size: 128 * MIB },
];

const FULL: readonly Load[] = [
  { name: "100k × 4 KiB", count: 100_000, size: 4 * KIB },
  { name: "10k × 64 KiB, 80 ms away", count: 10_000, size: 64 * KIB, far: 80 },
  { name: "1 × 4 GiB", count: 1, size: 4 * GIB },
  { name: "8 × 1 GiB", count: 8, size: GIB },
];

/**
 * P3: folders into one MinIO, with this program and its peers (test/bench/install-peers.sh), one after the
 * other into fresh buckets. The store shares the processors, so CPU time says more than wall time.
 */
export async function benchMigrate(full: boolean): Promise<void> {
  const tools = TOOLS.filter(isThere);
  const missing = TOOLS.filter((tool) => !isThere(tool));
  printFigures("P3  peers", [
    ...tools.slice(1).map((tool) => [tool.name, versionOf(tool)] as const),
    ...missing.map(({ name }) => [name, "missing (test/bench/install-peers.sh)"] as const),
  ]);
  for (const load of full ? FULL : SAMPLED) await benchLoad(load, tools);
  await scanMany(full ? 1_000_000 : 100_000);
}

async function benchLoad(load: Load, tools: readonly Tool[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "bench-migrate-"));
  try {
    writeFiles(join(folder, "files"), load.count, load.size);
    const figures: [string, string][] = [];
    for (const tool of tools) {
      figures.push([tool.name, describe(await runTool(tool, load, folder), load)]);
    }
    printFigures(`P3  ${load.name}`, figures);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A fresh store for each: none finds it fuller than the one before. */
async function runTool(tool: Tool, load: Load, folder: string): Promise<Cost> {
  const server = await startMinio();
  const wire =
    load.far === undefined ? undefined : await startDelayProxy(server.endpoint, load.far);
  const scratch = join(folder, "scratch");
  await mkdir(scratch);
  try {
    const bucket = await makeBucket(server);
    const task: Task = {
      folder: join(folder, "files"),
      scratch,
      endpoint: wire?.url ?? server.endpoint,
      accessKey: server.accessKey,
      secretKey: server.secretKey,
      bucket,
      large: load.size > 16 * MIB,
    };
    await writeFile(join(scratch, "remote_links.yml"), linksTo(task));
    const cost = await runWatched(tool.program, tool.args(task), tool.env(task));
    await checkArrived(server, bucket, load, tool);
    return cost;
  } finally {
    await wire?.close();
    await server.stop();
    await rm(scratch, { recursive: true, force: true });
  }
}

async function makeBucket(server: S3Server): Promise<string> {
  const client = sdk(server);
  const Bucket = "bench-target";
  await client.createBucket({ Bucket });
  client.destroy();
  return Bucket;
}

function linksTo({ endpoint, accessKey, secretKey, bucket }: Task): string {
  return `bench:
  provider: minio
  endpoint: ${endpoint}
  region: us-east-1
  access_key: ${accessKey}
  secret_key: ${secretKey}
  buckets: [${bucket}]
`;
}

/** An exit code of 0 is not trusted: everything has to be there in its size. */
async function checkArrived(
  server: S3Server,
  name: string,
  { count, size }: Load,
  tool: Tool,
): Promise<void> {
  const bucket = openS3(s3Config(server, { region: "us-east-1" }), context).bucket(name);
  let cursor: string | undefined;
  let arrived = 0;
  do {
    const page = await bucket.list(cursor === undefined ? {} : { cursor });
    arrived += page.objects.filter((object) => object.size === size).length;
    ({ cursor } = page);
  } while (cursor !== undefined);
  if (arrived !== count) throw new Error(`${tool.name}: ${arrived} of ${count} objects arrived`);
}

function describe({ seconds, cpuSeconds, peakMegabytes }: Cost, { count, size }: Load): string {
  const objects = Math.round(count / seconds).toLocaleString("en");
  const throughput = Math.round((count * size) / MIB / seconds).toLocaleString("en");
  const micros = Math.round((cpuSeconds * 1e6) / count).toLocaleString("en");
  return [
    `${seconds.toFixed(1)} s`.padStart(9),
    `${objects} objects/s`.padStart(17),
    `${throughput} MiB/s`.padStart(12),
    `${micros} µs CPU an object`.padStart(28),
    `${Math.round(peakMegabytes)} MB`.padStart(9),
  ].join("");
}
