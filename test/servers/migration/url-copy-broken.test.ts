import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { parseKey } from "@remote-storage/core/storage/key.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openPlace } from "../../local/command.ts";
import { readBytes } from "../../providers/conformance/stage.ts";
import type { FetchFaults } from "../../support/fetching-azure.ts";
import { KIB, MIB, openUrlStage, type UrlStage } from "./url-stage.ts";

let stage: UrlStage;

beforeAll(async () => {
  stage = await openUrlStage();
});

afterAll(() => stage?.close());

test("parts of two versions are never joined", async () => {
  const { to, azure, run } = await stage.pair("changing", {
    faults: {
      onFetch: async () => {
        if (azure.fetched.length === 1)
          await stage.put("changing", "object", randomBytes(200 * KIB));
      },
    },
  });
  await stage.put("changing", "object", randomBytes(200 * KIB));
  const { summary, outcomes } = await run();
  expect(outcomes.get("object")).toMatchObject({ state: "changed", sent: 0 });
  expect(summary.sent).toBe(0);
  await expect(to.stat(parseKey("object"))).rejects.toMatchObject({ kind: "not-found" });
});

test("parts that arrived as other bytes become no object: it passes through here", async () => {
  const bytes = randomBytes(17 * MIB);
  const { to, azure, run } = await stage.pair("spoiled", {
    faults: { spoil: (part) => (azure.fetched.length === 2 ? randomBytes(part.length) : part) },
    part: 4 * MIB,
  });
  await stage.putInParts("spoiled", "object", bytes);
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
    const { to, azure, run } = await stage.pair(name, { faults, part: 8 * MIB });
    await stage.putInParts(name, "object", bytes);
    const { outcomes } = await run();
    expect(outcomes.get("object")).toMatchObject({ state: "copied", sent: bytes.byteLength });
    expect(azure.sentBytes()).toBe(bytes.byteLength);
    expect(Buffer.compare(await readBytes(to, parseKey("object")), bytes)).toBe(0);
  },
);

test("parts that were fetched before the end of a run are not fetched again", async () => {
  const stop = new AbortController();
  const bytes = randomBytes(200 * KIB);
  const { to, azure, run } = await stage.pair("resumed", {
    faults: {
      onFetch: () => {
        if (azure.fetched.length === 2) stop.abort(new Error("stopped"));
      },
    },
  });
  await stage.put("resumed", "object", bytes);
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

test("parts that were fetched are not joined with parts that are sent", async () => {
  const stop = new AbortController();
  const bytes = randomBytes(17 * MIB);
  const { to, azure, run, stream } = await stage.pair("sent-after-all", {
    faults: {
      onFetch: () => {
        if (azure.fetched.length === 2) stop.abort(new Error("stopped"));
      },
    },
    part: 4 * MIB,
  });
  await stage.putInParts("sent-after-all", "object", bytes);
  const first = await run(stop.signal);
  expect(first.summary.stopped).toEqual({ by: "signal" });
  const { outcomes } = await stream();
  expect(outcomes.get("object")).toMatchObject({ state: "copied", sent: bytes.byteLength });
  expect(Buffer.compare(await readBytes(to, parseKey("object")), bytes)).toBe(0);
});

test("the command: killed between two parts it goes on with the second, and tells nobody the URLs", async () => {
  const bytes = randomBytes(64 * MIB + 1);
  const urls: string[] = [];
  let kill: (() => void) | undefined;
  const { to, azure } = await stage.pair("killed", {
    faults: {
      onFetch: (url) => {
        urls.push(url);
        if (azure.fetched.length === 1) kill?.();
      },
    },
  });
  await stage.putInParts("killed", "object", bytes);
  const place = await openPlace();
  const { accessKey, secretKey, endpoint } = stage.minio.server;
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
