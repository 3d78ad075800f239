import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { parseKey } from "@remote-storage/core/storage/key.ts";
import type { Bucket } from "@remote-storage/core/storage/provider.ts";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { openBucketSource } from "../../../functions/migration/bucket/source.ts";
import { openBucketTarget } from "../../../functions/migration/bucket/target.ts";
import { createWire, type Wire } from "../../../functions/migration/bucket/wire.ts";
import { openPlace } from "../../local/command.ts";
import { type Run, runWith, temporary } from "../../migration/stage.ts";
import { openTestAccount } from "../../providers/azure/account.ts";
import { hostile } from "../../providers/conformance/keys.ts";
import { readBytes } from "../../providers/conformance/stage.ts";
import { type Azurite, startAzurite } from "../../support/azurite.ts";
import {
  type FetchFaults,
  type FetchingAzure,
  startFetchingAzure,
} from "../../support/fetching-azure.ts";
import { sdk } from "../s3-subject.ts";
import { differences } from "./migrate.ts";
import { openGoogleStore, openMinioStore, type S3Store, type Store } from "./stores.ts";

const KIB = 1024;
const MIB = 1024 * KIB;

let minio: S3Store;
let google: Store;
let azurite: Azurite;
let wire: Wire;

beforeAll(async () => {
  [minio, google, azurite] = await Promise.all([
    openMinioStore(),
    openGoogleStore(),
    startAzurite(),
  ]);
  wire = createWire({ connections: 8 });
});

afterAll(async () => {
  await wire?.close();
  await Promise.all([minio?.close(), google?.close(), azurite?.close()]);
});

interface Stage {
  readonly from: Bucket;
  readonly to: Bucket;
  readonly azure: FetchingAzure;
  readonly notices: readonly string[];
  /** Objects go whole up to 100 KiB. */
  readonly run: (signal?: AbortSignal) => Promise<Run>;
}

interface StageOptions {
  readonly faults?: FetchFaults;
  readonly store?: Store;
  /** Bytes. */
  readonly part?: number;
}

/** From a bucket to a container of the same name. */
async function openStage(
  name: string,
  { faults, store = minio, part = 64 * KIB }: StageOptions = {},
): Promise<Stage> {
  const from = await store.bucket(name);
  await azurite.createContainer(name);
  const azure = await startFetchingAzure(azurite, faults);
  onTestFinished(() => azure.close());
  const to = openTestAccount(azure.azurite, "key").bucket(name);
  const source = { bucket: from, prefix: "", wire };
  const target = { bucket: to, prefix: "" };
  const journal = join(temporary(), "journal.sqlite");
  const notices: string[] = [];
  const run: Stage["run"] = (signal = new AbortController().signal) =>
    runWith(
      {
        source: openBucketSource({ ...source, name: "source" }),
        target: openBucketTarget({ ...target, name: "target", wire }),
        journal,
        concurrency: 1,
        byStore: { source, target, wholeUpTo: 100 * KIB, part },
      },
      { signal, onNotice: (notice) => notices.push(notice) },
    );
  return { from, to, azure, notices, run };
}

/** As AWS keeps objects by default: with the CRC-64/NVME of the whole. */
async function put(bucket: string, key: string, bytes: Uint8Array): Promise<void> {
  const client = sdk(minio.server);
  const object = {
    Bucket: bucket,
    Key: key,
    ContentType: "image/tiff",
    Metadata: { made: "here" },
  };
  await client.putObject({ ...object, Body: bytes, ChecksumAlgorithm: "CRC64NVME" });
  client.destroy();
}

/** In two parts: no MD5 is known of it. */
async function putInParts(Bucket: string, Key: string, bytes: Uint8Array): Promise<void> {
  const client = sdk(minio.server);
  const object = { Bucket, Key };
  const sum = { ChecksumAlgorithm: "CRC64NVME" } as const;
  const whole = { ...sum, ChecksumType: "FULL_OBJECT", ContentType: "image/tiff" } as const;
  const { UploadId } = await client.createMultipartUpload({ ...object, ...whole });
  const half = Math.max(5 * MIB, Math.ceil(bytes.byteLength / 2));
  const Parts = [];
  for (const [index, Body] of [bytes.subarray(0, half), bytes.subarray(half)].entries()) {
    const part = { ...object, ...sum, UploadId, PartNumber: index + 1, Body };
    const { ETag, ChecksumCRC64NVME } = await client.uploadPart(part);
    Parts.push({ PartNumber: index + 1, ETag, ChecksumCRC64NVME });
  }
  const done = { UploadId, MultipartUpload: { Parts }, ChecksumType: "FULL_OBJECT" } as const;
  await client.completeMultipartUpload({ ...object, ...done });
  client.destroy();
}

test("MinIO to Azure: hostile names, no byte and one, whole and in parts, none passes through here", async () => {
  const { from, to, azure, notices, run } = await openStage("all-of-it");
  const keys = Object.values(hostile).filter((name) => !minio.refuses(name));
  const objects: Record<string, Uint8Array> = {
    empty: Buffer.alloc(0),
    one: randomBytes(1),
    "one request": randomBytes(100 * KIB),
    "two parts": randomBytes(100 * KIB + 1),
    ...Object.fromEntries(keys.map((name) => [`names/${name}`, Buffer.from(name)])),
  };
  for (const [key, bytes] of Object.entries(objects)) await put("all-of-it", key, bytes);
  await putInParts("all-of-it", "uploaded in parts", randomBytes(5 * MIB + 7));
  const { summary, outcomes } = await run();
  const failed = [...outcomes.values()].filter(({ state }) => state !== "copied");
  for (const { error } of failed) expect(error).toMatchObject({ kind: "invalid-key" });
  const missing = await differences(from, to);
  expect(missing.map(({ name }) => name).toSorted()).toEqual(
    failed.map(({ key }) => key).toSorted(),
  );
  expect([summary.sent, azure.sentBytes(), notices]).toEqual([0, 0, []]);
  expect(outcomes.get("one request")?.proof).toBe("md5");
  for (const key of ["two parts", "uploaded in parts"]) {
    expect(outcomes.get(key)).toMatchObject({ state: "copied", sent: 0, proof: "crc64nvme" });
  }
  const facts = await to.storeCopy?.facts(parseKey("two parts"), {});
  const mtime = expect.stringMatching(/^\d+\.\d{9}$/) as string;
  expect(facts).toMatchObject({ type: "image/tiff", metadata: { made: "here", mtime } });

  const again = await run();
  expect(again.summary.sent).toBe(0);
  expect(again.summary.counts["done-before"].objects).toBe(outcomes.size - failed.length);
});

test("what nothing proves passes through here", async () => {
  const { from, to, azure, notices, run } = await openStage("unproven");
  const client = sdk(minio.server);
  const object = { Bucket: "unproven", Key: "other sum", Body: randomBytes(100 * KIB + 1) };
  await client.putObject({ ...object, ChecksumAlgorithm: "SHA256" });
  client.destroy();
  const { outcomes } = await run();
  expect(outcomes.get("other sum")).toMatchObject({ state: "copied", sent: 100 * KIB + 1 });
  expect([azure.fetched, notices]).toEqual([[], []]);
  expect(await differences(from, to)).toEqual([]);
});

test("parts of two versions are never joined, and no part is kept of them", async () => {
  const { to, azure, run } = await openStage("changing", {
    faults: {
      onFetch: async () => {
        if (azure.fetched.length === 1) await put("changing", "object", randomBytes(200 * KIB));
      },
    },
  });
  await put("changing", "object", randomBytes(200 * KIB));
  const { summary, outcomes } = await run();
  expect(outcomes.get("object")).toMatchObject({ state: "changed", sent: 0 });
  expect(summary.sent).toBe(0);
  await expect(to.stat(parseKey("object"))).rejects.toMatchObject({ kind: "not-found" });
});

test("parts that arrived as other bytes become no object: it passes through here", async () => {
  const bytes = randomBytes(17 * MIB);
  const { to, azure, run } = await openStage("spoiled", {
    faults: { spoil: (part) => (azure.fetched.length === 2 ? randomBytes(part.length) : part) },
    part: 4 * MIB,
  });
  await putInParts("spoiled", "object", bytes);
  const { outcomes } = await run();
  expect(outcomes.get("object")).toMatchObject({ state: "copied", sent: bytes.byteLength });
  expect(azure.fetched).toHaveLength(5);
  expect(Buffer.compare(await readBytes(to, parseKey("object")), bytes)).toBe(0);
});

test.each<readonly [string, FetchFaults]>([
  ["arrives as other bytes", { spoil: (bytes) => Buffer.alloc(bytes.length) }],
  ["cannot be fetched", { onFetch: () => Promise.reject(new Error("no route")) }],
])(
  "a small object without an MD5 that %s passes through here in one piece",
  async (how, faults) => {
    const name = how.replaceAll(" ", "-");
    const bytes = randomBytes(5 * MIB + 7);
    const { to, azure, run } = await openStage(name, { faults, part: 8 * MIB });
    await putInParts(name, "object", bytes);
    const { outcomes } = await run();
    expect(outcomes.get("object")).toMatchObject({ state: "copied", sent: bytes.byteLength });
    expect(azure.sentBytes()).toBe(bytes.byteLength);
    expect(Buffer.compare(await readBytes(to, parseKey("object")), bytes)).toBe(0);
  },
);

test("parts that were fetched before the end of a run are not fetched again", async () => {
  const stop = new AbortController();
  const bytes = randomBytes(200 * KIB);
  const { to, azure, run } = await openStage("resumed", {
    faults: {
      onFetch: () => {
        if (azure.fetched.length === 2) stop.abort(new Error("stopped"));
      },
    },
  });
  await put("resumed", "object", bytes);
  const first = await run(stop.signal);
  expect(first.summary.stopped).toEqual({ by: "signal" });
  const { outcomes } = await run();
  expect(outcomes.get("object")).toMatchObject({ state: "copied", sent: 0, proof: "crc64nvme" });
  // The third may have been fetched for nobody.
  const starts = azure.fetched.map((range) => Number(/\d+/.exec(range)?.[0]) / (64 * KIB));
  expect(starts.filter((start) => start < 2)).toEqual([0, 1]);
  expect(azure.sentBytes()).toBe(0);
  expect(Buffer.compare(await readBytes(to, parseKey("object")), bytes)).toBe(0);
});

test("Google to Azure: by the MD5 that Google tells", async () => {
  const { from, to, azure, run } = await openStage("from-google", { store: google });
  for (const name of ["a", "dir/ü +%2F&?#.txt"]) {
    await from.write(parseKey(name), Buffer.from(name), { type: "image/png" });
  }
  const { summary, outcomes } = await run();
  for (const outcome of outcomes.values()) {
    expect(outcome).toMatchObject({ state: "copied", sent: 0, proof: "md5" });
  }
  expect([summary.counts.copied.objects, azure.sentBytes()]).toEqual([2, 0]);
  expect(await differences(from, to)).toEqual([]);
});

test("the command: killed between two parts it goes on with the second, and tells nobody the URLs", async () => {
  const bytes = randomBytes(64 * MIB + 1);
  const urls: string[] = [];
  let kill: (() => void) | undefined;
  const { to, azure } = await openStage("killed", {
    faults: {
      onFetch: (url) => {
        urls.push(url);
        if (azure.fetched.length === 1) kill?.();
      },
    },
  });
  await putInParts("killed", "object", bytes);
  const place = await openPlace();
  const { accessKey, secretKey, endpoint } = minio.server;
  const { account, basePath, endpoint: front, keys } = azure.azurite;
  writeFileSync(
    join(place.folder, "remote_links.yml"),
    `source:
  provider: minio
  endpoint: ${endpoint}
  region: us-east-1
  access_key: ${accessKey}
  secret_key: ${secretKey}
  buckets: [killed]
target:
  provider: azure
  endpoint: ${front.origin}${basePath}
  access_key: ${account}
  secret_key: ${keys.secretKey}
  buckets: [killed]
`,
  );
  const report = join(place.folder, "report.ndjson");
  const args = ["migrate", "--from=source://killed/", "--to=target://killed/"];
  const migrate = () => place.start([...args, "--concurrency=1", `--report=${report}`]);

  const first = migrate();
  kill = () => first.kill("SIGKILL");
  await once(first, "close");
  kill = undefined;
  const second = migrate();
  const [said, talked] = await Promise.all([text(second.stdout), text(second.stderr)]);

  const ranges = azure.fetched.filter((range) => range.startsWith("bytes=0-"));
  expect(ranges).toHaveLength(1);
  expect(azure.sentBytes()).toBe(0);
  expect(Buffer.compare(await readBytes(to, parseKey("object")), bytes)).toBe(0);
  const rows = readFileSync(report, "utf8");
  expect(rows).toContain("crc64nvme");
  expect(urls[0]).toContain("X-Amz-Signature=");
  expect(`${said}${talked}${rows}`).not.toContain("X-Amz-");
});
