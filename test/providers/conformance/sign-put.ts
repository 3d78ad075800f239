import { createHash } from "node:crypto";
import type { Capabilities } from "@remote-storage/core/storage/provider.ts";
import type { SignIntent } from "@remote-storage/core/signing/signed-request.ts";
import { expect, test } from "vitest";
import { outcome, readText, type Stage, someKey, text } from "./stage.ts";
import type { RawResponse } from "./subject.ts";

const sha256 = (content: string): string => createHash("sha256").update(content).digest("base64");

interface Bound {
  readonly name: string;
  readonly can: keyof Capabilities;
  readonly wish: Partial<SignIntent>;
  /** The store has to look at the body itself. */
  readonly needsChecksums?: boolean;
  /** A body, or headers, that break what was signed. */
  readonly breach: { readonly body: string; readonly headers?: Readonly<Record<string, string>> };
}

const BODY = "0123456789";

/** What a signed PUT can be held to, and how a client may break it. */
const bounds: readonly Bound[] = [
  {
    name: "content type",
    can: "signsContentType",
    wish: { contentType: "image/png" },
    breach: { body: BODY, headers: { "content-type": "text/html" } },
  },
  {
    name: "a longer body than the length",
    can: "signsLength",
    wish: { contentLength: 10 },
    breach: { body: `${BODY}!` },
  },
  {
    name: "a shorter body than the length",
    can: "signsLength",
    wish: { contentLength: 10 },
    breach: { body: "012345678" },
  },
  {
    name: "checksum",
    can: "signsChecksum",
    wish: { checksumSha256: sha256(BODY) },
    needsChecksums: true,
    breach: { body: "9876543210" },
  },
  {
    name: "another checksum than was signed",
    can: "signsChecksum",
    wish: { checksumSha256: sha256(BODY) },
    breach: { body: "x", headers: { "x-amz-checksum-sha256": sha256("x") } },
  },
];

const UNBOUND = "not bound on this store";

/** The status of a request that breaks what was signed, where store and emulator can tell. */
async function whereBound(
  stage: Stage,
  can: keyof Capabilities,
  send: () => Promise<RawResponse>,
): Promise<number | string> {
  if (!stage.bucket.can[can] || !stage.subject.traits.verifiesSignatures) return UNBOUND;
  return (await send()).status;
}

export function signPutCases(stage: Stage): void {
  test("stores the body", async () => {
    const key = someKey();
    const response = await stage.send(await stage.sign("PUT", key), text("hello"));
    expect(response.status).toBeLessThan(300);
    expect(await readText(stage.bucket, key)).toBe("hello");
  });

  test("replaces", async () => {
    const key = someKey();
    await stage.bucket.write(key, text("a longer old object"));
    await stage.send(await stage.sign("PUT", key), text("new"));
    expect(await readText(stage.bucket, key)).toBe("new");
  });

  test("stores zero bytes", async () => {
    const key = someKey();
    const response = await stage.send(await stage.sign("PUT", key), new Uint8Array());
    expect(response.status).toBeLessThan(300);
    expect((await stage.bucket.stat(key)).size).toBe(0);
  });

  test("stores the content type of its headers", async () => {
    const key = someKey();
    const signed = await stage.sign("PUT", key, { contentType: "image/png" });
    expect((await stage.send(signed, text("x"))).status).toBeLessThan(300);
    expect((await stage.bucket.stat(key)).type).toBe("image/png");
  });

  test.each(bounds.filter(({ can }) => can !== "signsContentType"))(
    "bound: what keeps to it is stored, or it is unsupported ($name)",
    async ({ can, wish }) => {
      const key = someKey();
      const sent = stage
        .sign("PUT", key, wish)
        .then((signed) => stage.send(signed, text(BODY)))
        .then(({ status }) => status);
      expect(stage.bucket.can[can] ? [200, 201] : ["unsupported"]).toContain(await outcome(sent));
      const stored = stage.bucket.can[can] ? BODY : "not-found";
      expect(await outcome(readText(stage.bucket, key))).toBe(stored);
    },
  );

  test.each(bounds)("bound: $name", async ({ can, wish, breach, needsChecksums }) => {
    const key = someKey();
    await stage.bucket.write(key, text("old"));
    const blind = needsChecksums === true && stage.subject.traits.ignoresChecksums === true;
    const status = blind
      ? UNBOUND
      : await whereBound(stage, can, async () =>
          stage.send(await stage.sign("PUT", key, wish), text(breach.body), breach.headers),
        );
    expect([400, 403, UNBOUND]).toContain(status);
    expect(await readText(stage.bucket, key)).toBe("old");
  });

  test("If-None-Match stores what is absent and refuses to replace, or it is unsupported", async () => {
    const key = someKey();
    const put = async (content: string) => {
      const signed = await stage.sign("PUT", key, { ifNoneMatch: "*" });
      return (await stage.send(signed, text(content))).status;
    };
    const statuses = [await outcome(put("first")), await outcome(put("second"))];
    const can = stage.bucket.can.signsIfNoneMatch;
    expect([
      [200, 412],
      [201, 412],
      // Bound as a permission to create, not to replace.
      [201, 403],
      ["unsupported", "unsupported"],
    ]).toContainEqual(statuses);
    expect(statuses[0] === "unsupported").toBe(!can);
    expect(await outcome(readText(stage.bucket, key))).toBe(can ? "first" : "not-found");
  });

  test("If-None-Match cannot be left out", async () => {
    const key = someKey();
    await stage.bucket.write(key, text("first"));
    const status = await whereBound(stage, "signsIfNoneMatch", async () => {
      const signed = await stage.sign("PUT", key, { ifNoneMatch: "*" });
      const condition = /^(if-none-match|x-goog-if-generation-match)$/;
      const kept = Object.entries(signed.headers).filter(([name]) => !condition.test(name));
      return stage.send({ ...signed, headers: Object.fromEntries(kept) }, text("second"));
    });
    expect([400, 403, UNBOUND]).toContain(status);
    expect(await readText(stage.bucket, key)).toBe("first");
  });
}
