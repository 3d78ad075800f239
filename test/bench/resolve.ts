import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { type Cost, runCommand } from "./command.ts";
import { account, azureAccount, azurePeer, keyOf, peerRows, s3Peers } from "./peers.ts";
import { median, printFigures, printTable, type Row } from "./table.ts";

const LINKS = 1_000_000;
const ROUNDS = 3;

const REMOTE_LINKS = `
bench-s3:
  provider: s3
  endpoint: s3.amazonaws.com
  region: ${account.region}
  access_key: ${account.accessKeyId}
  secret_key: ${account.secretAccessKey}
  buckets: [${account.bucket}]
bench-azure:
  provider: azure
  endpoint: https://${azureAccount.name}.blob.core.windows.net
  access_key: ${azureAccount.name}
  secret_key: ${azureAccount.key}
  buckets: [${azureAccount.container}]
`;

/**
 * P1, the whole process: `remote-storage resolve` of a file of a million links to NDJSON, start and
 * files included, against what a loop over each peer costs for signing alone.
 */
export async function benchResolve(full: boolean): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "remote-storage-bench-"));
  try {
    await writeFile(join(folder, "remote_links.yml"), REMOTE_LINKS);
    const run = (file: string, prefix?: readonly string[]) =>
      runCommand(
        ["resolve", file, "--out", join(folder, "out.ndjson"), "--quiet"],
        { DATA_PATH: join(folder, "data"), REMOTE_LINKS_FILE: join(folder, "remote_links.yml") },
        prefix,
      );

    const s3 = await writeLinks(join(folder, "s3.txt"), `s3://${account.bucket}/`, LINKS);
    const azure = await writeLinks(
      join(folder, "azure.txt"),
      `azure://${azureAccount.container}/`,
      LINKS,
    );
    const s3Cost = await repeated(() => run(s3));
    printTable("P1  resolve 1,000,000 S3 links, whole process, a link", [
      ours(s3Cost),
      ...(await peerRows(s3Peers())),
    ]);
    const azureCost = await repeated(() => run(azure));
    printTable("P1  resolve 1,000,000 Azure links, whole process, a link", [
      ours(azureCost),
      ...(await peerRows([azurePeer()])),
    ]);

    const figures: [string, string][] = [["1,000,000 links", describe(s3Cost)]];
    if (spawnSync("taskset", ["-c", "0", "true"]).status === 0 && availableParallelism() > 1) {
      const one = await repeated(() => run(s3, ["taskset", "-c", "0"]));
      const ratio = (one.seconds / s3Cost.seconds).toFixed(2);
      figures.push(
        ["1,000,000 links on one core", describe(one)],
        [`${availableParallelism()} cores against one`, `${ratio} ×  bar: ≥ 1.7 × with two`],
      );
    }
    if (full) {
      const large = await writeLinks(
        join(folder, "large.txt"),
        `s3://${account.bucket}/`,
        5 * LINKS,
      );
      figures.push(["5,000,000 links", `${describe(await run(large))}  bar: ≤ 150 MB`]);
    }
    printFigures("P1  time and memory of the process", figures);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function writeLinks(path: string, base: string, count: number): Promise<string> {
  const file = createWriteStream(path);
  for (let index = 0; index < count; index += 10_000) {
    const block = Array.from(
      { length: 10_000 },
      (_, offset) => `${base}${keyOf(index + offset)}\n`,
    );
    if (!file.write(block.join(""))) await once(file, "drain");
  }
  file.end();
  await once(file, "finish");
  return path;
}

async function repeated(run: () => Promise<Cost>): Promise<Cost> {
  const costs: Cost[] = [];
  for (let round = 0; round < ROUNDS; round += 1) costs.push(await run());
  return {
    seconds: median(costs.map((cost) => cost.seconds)),
    cpuSeconds: median(costs.map((cost) => cost.cpuSeconds)),
    peakMegabytes: Math.max(...costs.map((cost) => cost.peakMegabytes)),
  };
}

function ours({ seconds }: Cost): Row {
  return { what: "remote-storage resolve", micros: (seconds * 1e6) / LINKS, note: "ours" };
}

function describe({ seconds, cpuSeconds, peakMegabytes }: Cost): string {
  return `${seconds.toFixed(2)} s, CPU ${cpuSeconds.toFixed(2)} s, at most ${peakMegabytes.toFixed(0)} MB`;
}
