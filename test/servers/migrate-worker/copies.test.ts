import { parseKey } from "@remote-storage/core/storage/key.ts";
import type { Bucket } from "@remote-storage/core/storage/provider.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkKey } from "../../../functions/providers/azure/keys.ts";
import { hostile } from "../../providers/conformance/keys.ts";
import { readBytes } from "../../providers/conformance/stage.ts";
import { startRadosgw } from "../radosgw.ts";
import { openStage, OWN, type Stage } from "./stage.ts";
import { startWorker, toItem, type Worker } from "./worker.ts";

/** Somebody whom nobody has given a right. */
const STRANGER = { name: "stranger", secret: "stranger-secret" };

let stage: Stage;
beforeAll(async () => {
  const store = await startRadosgw();
  const { name, secret } = STRANGER;
  const keys = ["--access-key", name, "--secret-key", secret];
  store.admin("user", "create", "--uid", name, "--display-name", name, ...keys);
  stage = await openStage(
    store,
    `
stranger:
  provider: minio
  endpoint: ${store.endpoint}
  region: us-east-1
  access_key: ${name}
  secret_key: ${secret}
  buckets: [cars, ${OWN}]
`,
  );
});
afterAll(() => stage?.close());

/** Some names no blob can have. */
function fitsAzure(name: string): boolean {
  try {
    checkKey(parseKey(name), "copy", "blobs");
    return true;
  } catch {
    return false;
  }
}

const ways = [
  ["S3 to S3, by the store", "cars", "own", "cars://cars/", "fs://vision-private/"],
  ["Azure to S3", "blobs", "own", "blobs://blobs/", "fs://vision-private/"],
  ["S3 to Azure", "cars", "blobs", "cars://cars/", "blobs://blobs/"],
] as const;

describe.each(ways)("%s", (way, from, to, fromLink, toLink) => {
  const folder = `${way}/`;
  let worker: Worker;
  let [source, target]: Bucket[] = [];
  const at = (side: "source" | "target", key: string) => ({
    bucket: (side === "source" ? source : target) as Bucket,
    key: parseKey(`${side}/${folder}${key}`),
  });
  const write = async (key: string, bytes: Uint8Array) => {
    const { bucket, key: whole } = at("source", key);
    await bucket.write(whole, bytes, { type: "image/tiff" });
    return toItem(bucket, `source/${folder}`, key);
  };
  const copied = (key: string) => {
    const { bucket, key: whole } = at("target", key);
    return readBytes(bucket, whole);
  };

  beforeAll(async () => {
    source = stage.buckets[from];
    target = stage.buckets[to];
    const [left, right] = [`${fromLink}source/${folder}`, `${toLink}target/${folder}`];
    worker = await startWorker(stage.code, left, right, stage.env);
  });
  afterAll(() => worker?.stop());

  test("copies hostile names, an empty object and many bytes, each with its type and a proof", async () => {
    const names = Object.values(hostile).filter(
      (name) => way === "S3 to S3, by the store" || fitsAzure(name),
    );
    const large = Buffer.alloc(20 * 1024 ** 2, "large ");
    const items = [await write("empty", Buffer.alloc(0)), await write("large", large)];
    for (const name of names) items.push(await write(name, Buffer.from(name)));
    const done = await worker.copy(items);
    expect(states(done)).toEqual(Object.fromEntries(items.map(({ key }) => [key, "copied"])));
    for (const { key, size, proof } of done)
      expect({ key, size, proof }).toHaveProperty("proof", expect.any(String));
    for (const name of names) expect(Buffer.from(await copied(name)).toString()).toBe(name);
    expect(await copied("empty")).toHaveLength(0);
    expect(Buffer.compare(await copied("large"), large)).toBe(0);
    const { bucket, key } = at("target", "large");
    expect(await bucket.stat(key)).toMatchObject({ type: "image/tiff", size: large.byteLength });
  });

  test("copies nothing twice when a batch is run again", async () => {
    const items = [await write("once", Buffer.from("once"))];
    await worker.copy(items);
    const { bucket, key } = at("target", "once");
    const before = await bucket.stat(key);
    const again = await worker.copy([...items, await write("new", Buffer.from("new"))]);
    expect(states(again)).toEqual({ new: "copied", once: "equal" });
    expect(await bucket.stat(key)).toEqual(before);
  });

  test("fails for what is missing, has changed or would be lost, and copies the rest", async () => {
    const items = [
      await write("gone", Buffer.from("gone")),
      await write("changed", Buffer.from("old")),
      await write("taken", Buffer.from("ours")),
      await write("good", Buffer.from("good")),
    ];
    const gone = at("source", "gone");
    await gone.bucket.remove(gone.key);
    await write("changed", Buffer.from("new"));
    const taken = at("target", "taken");
    await taken.bucket.write(taken.key, Buffer.from("not ours"));
    const { first, ...counts } = await worker.fail(items);
    expect(counts).toEqual({ errorType: "ObjectsFailed", failed: 3, objects: 4 });
    expect(states(first)).toEqual({ changed: "changed", gone: "changed", taken: "conflict" });
    expect(Buffer.from(await copied("taken")).toString()).toBe("not ours");
    expect(Buffer.from(await copied("good")).toString()).toBe("good");
  });
});

test("what a role may not read fails as denied", async () => {
  const key = parseKey("source/secret");
  await stage.buckets.cars.write(key, Buffer.from("secret"));
  const worker = await startWorker(
    stage.code,
    "stranger://cars/source/",
    "blobs://blobs/denied/",
    stage.env,
  );
  try {
    const { errorType, first } = await worker.fail([
      await toItem(stage.buckets.cars, "source/", "secret"),
    ]);
    expect(errorType).toBe("ObjectsFailed");
    expect(first).toMatchObject([{ state: "failed", kind: "denied" }]);
  } finally {
    await worker.stop();
  }
});

const states = (told: readonly { readonly key: string; readonly state: string }[]) =>
  Object.fromEntries(told.map(({ key, state }) => [key, state]));
