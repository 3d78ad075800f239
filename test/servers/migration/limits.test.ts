import { chmodSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { exitCodeOf } from "../../../functions/local/commands/migrate/exit-code.ts";
import { openS3 } from "../../../functions/providers/s3/provider.ts";
import { treeOf } from "../../providers/disk/tree.ts";
import { errorXml } from "../../providers/s3/fault-server.ts";
import { type Faulted, startFaultProxy } from "../../support/fault-proxy.ts";
import { type Radosgw, startRadosgw } from "../radosgw.ts";
import { context, s3Config, sdk } from "../s3-subject.ts";
import { byState, differences, migrate, scratchFolder } from "./migrate.ts";
import { openMinioStore } from "./stores.ts";

const FILES = 400;
const FIT = 60;

let minio: Awaited<ReturnType<typeof openMinioStore>>;
let radosgw: Radosgw;

beforeAll(async () => {
  [minio, radosgw] = await Promise.all([openMinioStore(), startRadosgw()]);
});

afterAll(async () => {
  await Promise.all([minio.close(), radosgw.stop()]);
});

function writeSource(): string {
  const folder = join(scratchFolder(), "source");
  mkdirSync(join(folder, "deep"), { recursive: true });
  for (let index = 0; index < FILES; index += 1) {
    writeFileSync(join(folder, "deep", `file-${index}`), `bytes of ${index}`);
  }
  return folder;
}

test("a source that may not be written is read, and left as it was", async () => {
  const folder = writeSource();
  for (const name of readdirSync(join(folder, "deep")))
    chmodSync(join(folder, "deep", name), 0o400);
  for (const path of [join(folder, "deep"), folder]) chmodSync(path, 0o500);
  const before = treeOf(folder);
  const target = await minio.bucket("read-only");
  const { summary } = await migrate(folder, target);
  expect(summary.counts.copied.objects).toBe(FILES);
  expect(treeOf(folder)).toEqual(before);
  for (const path of [folder, join(folder, "deep")]) chmodSync(path, 0o700);
});

test("a full target ends the run, says so, and is gone on with once there is room", async () => {
  const folder = writeSource();
  const client = sdk(radosgw);
  await client.createBucket({ Bucket: "full" });
  client.destroy();
  const target = openS3(s3Config(radosgw, { region: "us-east-1" }), context).bucket("full");
  const quota = (...args: readonly string[]) =>
    radosgw.admin("quota", ...args, "--quota-scope=bucket", "--uid=test");
  quota("set", `--max-objects=${FIT}`);
  quota("enable");
  const journal = join(scratchFolder(), "journal");
  const options = { journal, concurrency: 8, attempts: 2 };

  const first = await migrate(folder, target, options);
  expect(first.summary.stopped).toMatchObject({ by: "target" });
  expect(exitCodeOf(first.summary)).toBe(4);
  const copied = byState(first.outcomes)["copied"] ?? [];
  expect(copied.length).toBeGreaterThan(0);
  expect(copied.length).toBeLessThan(FILES);
  // What was under way at the end may have arrived; what was told to have arrived has.
  const missing = new Set((await differences(folder, target)).map(({ name }) => name));
  expect(copied.filter((key) => missing.has(key))).toEqual([]);

  quota("disable");
  const second = await migrate(folder, target, options);
  expect(second.summary.stopped).toBeUndefined();
  expect(second.summary.counts["done-before"].objects).toBe(copied.length);
  expect(exitCodeOf(second.summary)).toBe(0);
  expect(await differences(folder, target)).toEqual([]);
});

test.each([
  ["denied half-way", 403, "AccessDenied"],
  ["a disk that is full", 507, "XMinioStorageFull"],
])("%s ends the run, says so, and is gone on with", async (_, status, code) => {
  const folder = writeSource();
  let puts = 0;
  let broken = true;
  const answer = { status, headers: { "content-type": "application/xml" }, body: errorXml(code) };
  const proxy = await startFaultProxy(minio.server.endpoint, ({ method }: Faulted) => {
    if (method === "PUT") puts += 1;
    return broken && method === "PUT" && puts > FIT ? { kind: "answer", answer } : undefined;
  });
  onTestFinished(() => proxy.close());
  const bucket = `half-way-${status}`;
  const direct = await minio.bucket(bucket);
  const target = minio.at(proxy.url, bucket);
  const journal = join(scratchFolder(), "journal");
  const options = { journal, attempts: 2 };

  const first = await migrate(folder, target, options);
  expect(first.summary.stopped).toMatchObject({ by: "target" });
  expect(exitCodeOf(first.summary)).toBe(4);
  const { copied = [] } = byState(first.outcomes);
  const missing = new Set((await differences(folder, direct)).map((difference) => difference.name));
  expect(missing.size).toBeGreaterThan(0);
  expect(copied.filter((key) => missing.has(key))).toEqual([]);

  broken = false;
  const second = await migrate(folder, target, options);
  expect(exitCodeOf(second.summary)).toBe(0);
  expect(await differences(folder, direct)).toEqual([]);
});
