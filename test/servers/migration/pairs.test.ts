import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { parseKey } from "@remote-storage/core/storage/key.ts";
import type { Bucket } from "@remote-storage/core/storage/provider.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hostile } from "../../providers/conformance/keys.ts";
import { byState, differences, type From, migrate } from "./migrate.ts";
import {
  openAzuriteStore,
  openDiskStore,
  openGoogleStore,
  openMinioStore,
  openRadosgwStore,
  type Store,
} from "./stores.ts";

const MIB = 1024 * 1024;

/** Stores that hold the names they can, an empty object and one that goes in parts. */
let disk: Awaited<ReturnType<typeof openDiskStore>>;
let stores: Readonly<Record<string, Store>>;
let sources: Readonly<Record<string, From>>;

const SPECIAL: Readonly<Record<string, Uint8Array>> = {
  "special/empty": new Uint8Array(0),
  "special/in parts.bin": randomBytes(17 * MIB + 1),
  "special/whole.bin": randomBytes(5 * MIB),
  "special/picture.png": randomBytes(100),
};

const keys = [...Object.values(hostile).map((name) => `names/${name}`), ...Object.keys(SPECIAL)];

async function fill(bucket: Bucket, refuses: Store["refuses"]): Promise<void> {
  for (const key of keys.filter((name) => !refuses(name))) {
    const body = SPECIAL[key] ?? Buffer.from(`the bytes of ${key}`);
    const type = key.endsWith(".png") ? "image/png" : "application/x-other";
    await bucket.write(parseKey(key), body, { type });
  }
}

beforeAll(async () => {
  disk = await openDiskStore();
  const [minio, radosgw, azurite, google] = await Promise.all([
    openMinioStore(),
    openRadosgwStore(),
    openAzuriteStore(),
    openGoogleStore(),
  ]);
  stores = { disk, minio, radosgw, azurite, google };
  const filled: Record<string, Bucket> = {};
  for (const [name, store] of Object.entries(stores)) {
    const bucket = await store.bucket(name === "disk" ? "one" : `${name}-source`);
    await fill(bucket, store.refuses);
    filled[name] = bucket;
  }
  sources = { ...filled, disk: join(disk.dataPath, "storage", "one") };
});

afterAll(async () => {
  await Promise.all(Object.values(stores).map((store) => store.close()));
});

const PAIRS = [
  ["disk", "radosgw"],
  ["disk", "minio"],
  ["disk", "azurite"],
  ["disk", "google"],
  ["minio", "azurite"],
  ["azurite", "minio"],
  ["minio", "disk"],
  ["google", "disk"],
  ["radosgw", "google"],
  ["google", "azurite"],
] as const;

describe.each(PAIRS)("%s → %s", (from, to) => {
  test("every object arrives as it is, and the others are told", async () => {
    const { [from]: source, [to]: store } = stores;
    const { [from]: side } = sources;
    if (source === undefined || store === undefined || side === undefined) throw new Error(from);
    const name = to === "disk" ? (from === "minio" ? "two" : "three") : `from-${from}`;
    const target = await store.bucket(name);
    const there = keys.filter((key) => !source.refuses(key));
    const refused = there.filter((key) => store.refuses(key)).toSorted();
    const fit = there.filter((key) => !store.refuses(key)).toSorted();

    const first = await migrate(side, target);
    const states = byState(first.outcomes);
    expect(states["failed"]?.toSorted() ?? []).toEqual(refused);
    expect(states["copied"]?.toSorted()).toEqual(fit);
    for (const { error } of first.outcomes.filter(({ state }) => state === "failed")) {
      expect(error).toMatchObject({ retryable: false });
    }
    const missing = await differences(side, target);
    expect(missing.map((found) => found.name).toSorted()).toEqual(refused);
    expect(new Set(missing.map(({ outcome }) => outcome))).toEqual(
      new Set(refused.length === 0 ? [] : ["missing"]),
    );

    // Another journal, as after its loss: all is found equal, and nothing is sent again.
    const second = await migrate(side, target);
    expect(byState(second.outcomes)["equal"]?.toSorted()).toEqual(fit);
    expect(second.summary.counts.copied.objects).toBe(0);
  });
});
