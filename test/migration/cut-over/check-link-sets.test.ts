import { rmSync } from "node:fs";
import { createLinkChecker } from "@remote-storage/core/links/check-link.ts";
import { createLinkResolver } from "@remote-storage/core/links/resolver.ts";
import { parseKey } from "@remote-storage/core/storage/key.ts";
import { expect, onTestFinished, test } from "vitest";
import {
  checkLinkSets,
  type LinkFinding,
} from "../../../functions/migration/cut-over/check-link-sets.ts";
import {
  describeFinding,
  describeLinkSets,
} from "../../../functions/migration/cut-over/describe-cut-over.ts";
import { openDisk } from "../../../functions/providers/disk/provider.ts";
import { CONTEXT, configFor, temporaryFolder } from "../../providers/disk/service.ts";

/** The service's two buckets on a disk of their own, served at an address. */
function openSide(origin: string) {
  const folder = temporaryFolder();
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const provider = openDisk(
    configFor(folder, () => origin),
    CONTEXT,
  );
  const own = [provider.bucket("own-public"), provider.bucket("own-private")] as const;
  const resolver = createLinkResolver({
    entries: [],
    own,
    ownOrigins: (bucket) => provider.origins(bucket),
  });
  const put = (key: string, text: string) => own[1].write(parseKey(key), Buffer.from(text));
  return { resolver, private: own[1], put };
}

const fetchPublic = () => Promise.reject(new Error("nothing public is asked for"));

async function check(before: ReturnType<typeof openSide>, after: ReturnType<typeof openSide>) {
  const findings: LinkFinding[] = [];
  const summary = await checkLinkSets({
    before,
    after,
    check: createLinkChecker({ resolver: after.resolver, fetchPublic })(),
    deliver: (finding) => findings.push(finding),
  });
  return { summary, findings };
}

const LINKS = [
  "# pictures",
  "fs://own-private/cats/a.jpg",
  "fs://own-private/cats/lost.jpg",
  "http://old.test/own-private/cats/a.jpg",
  "https://example.com/public.jpg",
  "s3://unknown/b.jpg",
  "not a link",
].join("\n");

test("tells which links do not resolve any more, and which never did", async () => {
  const [before, after] = [openSide("http://old.test"), openSide("http://new.test")];
  for (const side of [before, after]) {
    await side.put("links/pictures.txt", LINKS);
    await side.put("cats/a.jpg", "a");
  }
  await before.put("links/forgotten.txt", "fs://own-private/cats/a.jpg");
  await before.put("cats/lost.jpg", "lost");

  const { summary, findings } = await check(before, after);
  expect(summary).toEqual({ sets: 1, links: 6, broken: 3, brokenBefore: 2 });
  expect(findings.map(({ set, line, code, before: was }) => [set, line, code, was])).toEqual([
    ["pictures", 3, "not_found", false],
    ["pictures", 4, "left_behind", false],
    ["pictures", 6, "unknown_bucket", true],
    ["pictures", 7, "bad_syntax", true],
    ["forgotten", undefined, "not_found", false],
  ]);
  const [lost, left] = findings;
  expect(lost && describeFinding(lost)).toBe(
    'pictures:3: "fs://own-private/cats/lost.jpg" there is no such object\n',
  );
  expect(left && describeFinding(left)).toBe(
    'pictures:4: "http://old.test/own-private/cats/a.jpg" it names the address of the old storage (write fs://own-private/… in its place)\n',
  );
  expect(describeLinkSets(summary)).toBe(
    "6 links in 1 link set: 3 no longer resolve with the new settings, 2 did not before either.\n",
  );
});

test("says so when all is well", async () => {
  const [before, after] = [openSide("http://old.test"), openSide("http://new.test")];
  for (const side of [before, after]) {
    await side.put("links/a.txt", "fs://own-private/cats/a.jpg\n");
    await side.put("links/b.txt", "fs://own-private/cats/a.jpg\nhttps://example.com/b.jpg");
    await side.put("cats/a.jpg", "a");
  }
  const { summary, findings } = await check(before, after);
  expect(findings).toEqual([]);
  expect(describeLinkSets(summary)).toBe(
    "3 links in 2 link sets: all resolve with the new settings.\n",
  );
});

test("a storage without link sets has nothing to tell", async () => {
  const { summary } = await check(openSide("http://old.test"), openSide("http://new.test"));
  expect(summary).toEqual({ sets: 0, links: 0, broken: 0, brokenBefore: 0 });
});
