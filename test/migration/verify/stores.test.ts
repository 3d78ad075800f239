import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseKey } from "@remote-storage/core/storage/key.ts";
import type { Bucket } from "@remote-storage/core/storage/provider.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Finding } from "../../../functions/migration/verify/finding.ts";
import { bucketSide } from "../../../functions/migration/verify/bucket-side.ts";
import { verify } from "../../../functions/migration/verify/verify.ts";
import { openDisk } from "../../../functions/providers/disk/provider.ts";
import { openTestAccount } from "../../providers/azure/account.ts";
import { CONTEXT, configFor, temporaryFolder } from "../../providers/disk/service.ts";
import { startAzurite } from "../../support/azurite.ts";

const NAMES = Array.from({ length: 40 }, (_, index) => `folder/${index}/picture.jpg`);
const HOSTILE = ["a b+c%20.txt", "é/😀.txt", "a//b", "\uE000\u{10000}", "a?b#c", "empty"];

let folder: string;
let source: Bucket;
let target: Bucket;
let close: () => Promise<void>;

beforeAll(async () => {
  folder = temporaryFolder();
  const azurite = await startAzurite();
  close = () => azurite.close();
  await azurite.createContainer("copied");
  target = openTestAccount(azurite, "key").bucket("copied");
  source = openDisk(configFor(folder), CONTEXT).bucket("own");
  for (const name of [...NAMES, ...HOSTILE]) {
    const body = Buffer.from(name === "empty" ? "" : `the bytes of ${name}`);
    await source.write(parseKey(name), body);
    await target.write(parseKey(`moved/${name}`), body);
  }
});

afterAll(async () => {
  await close();
  await rm(folder, { recursive: true, force: true });
});

/** Changes one bit of an object's last part; done twice it is as before. */
async function flip(name: string): Promise<void> {
  const path = join(folder, "storage", "own", name);
  const content = await readFile(path);
  content.writeUInt8((content[name.length] ?? 0) ^ 1, name.length);
  await writeFile(path, content);
}

async function findings(how: "checksum" | "read"): Promise<readonly Finding[]> {
  const found: Finding[] = [];
  await verify({
    source: bucketSide(source, ""),
    target: bucketSide(target, "moved/"),
    how,
    deliver: (finding) => void found.push(finding),
  });
  return found;
}

describe.each(["checksum", "read"] as const)("a disk against Azurite, by %s", (how) => {
  test("equal objects are equal, whatever they are called", async () => {
    const found = await findings(how);
    expect(found.map(({ name }) => name).toSorted()).toEqual([...NAMES, ...HOSTILE].toSorted());
    expect(new Set(found.map(({ outcome }) => outcome))).toEqual(new Set(["equal"]));
    const proofs = new Set(found.map(({ proof }) => proof));
    expect(proofs).toEqual(new Set([how === "read" ? "bytes" : "checksum", "empty"]));
  });

  test("one bit that changed is found, in each object in which it did", async () => {
    const spoilt = NAMES.filter((_, index) => index % 3 === 0);
    for (const name of spoilt) await flip(name);
    const different = (await findings(how)).filter(({ outcome }) => outcome === "content");
    for (const name of spoilt) await flip(name);
    expect(different.map(({ name }) => name)).toEqual(spoilt.toSorted());
    for (const { name, detail } of different) {
      expect(detail).toBe(`the bytes differ from offset ${name.length} on`);
    }
  });
});
