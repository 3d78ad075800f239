import { describe, expect, test } from "vitest";
import { readLinkFile } from "../../../functions/core/links/link-file.ts";
import { resolveLinkFile } from "../../../functions/core/links/resolve-file.ts";
import type { SignedRequest, SignIntent } from "../../../functions/core/signing/signed-request.ts";
import { StorageError } from "../../../functions/core/storage/errors.ts";
import { resolver } from "./fake-resolver.ts";
import { GET, parseLines, resolverThat, resolveText } from "./resolve-text.ts";

describe("links that cannot be given", () => {
  const place = { provider: "lab", operation: "sign" };

  test.each([
    ["credentials", "credentials_unavailable"],
    ["denied", "forbidden"],
    ["wrong-region", "wrong_region"],
    ["timeout", "timeout"],
    ["unavailable", "unavailable"],
    ["throttled", "unavailable"],
    ["invalid-key", "bad_syntax"],
  ] as const)("%s gives %s, thrown or rejected, and no URL", async (kind, code) => {
    const error = new StorageError(kind, "why it failed", place);
    const thrown = await resolveText(
      "s3://b/k",
      {},
      resolverThat(() => {
        throw error;
      }),
    );
    const rejected = await resolveText(
      "s3://b/k",
      {},
      resolverThat(() => Promise.reject(error)),
    );
    expect(rejected).toBe(thrown);
    expect(parseLines(thrown)[0]).toEqual({
      line: 1,
      link: "s3://b/k",
      error: { code, message: "why it failed" },
    });
  });

  test("an unforeseen error tells nothing of the inside", async () => {
    const text = await resolveText(
      "s3://b/k",
      {},
      resolverThat(() => {
        throw new TypeError("at 10.0.0.7");
      }),
    );
    expect(parseLines(text)[0]).toMatchObject({ error: { code: "unavailable" } });
    expect(text).not.toContain("10.0.0.7");
  });

  test("an entry whose keys still hold a placeholder signs nothing", async () => {
    expect(parseLines(await resolveText("unfinished://later/x"))[0]).toMatchObject({
      error: {
        code: "credentials_unavailable",
        message: expect.stringContaining("access_key and secret_key of unfinished"),
      },
    });
  });

  test("the host may refuse a link; public ones are asked for too", async () => {
    const asked: unknown[] = [];
    const lines = parseLines(
      await resolveText("s3://cars/a\nhttps://example.com/\nnonsense\nfs://x-private/b\n", {
        authorize: (located) => {
          asked.push(located.type === "object" ? located.provider : located.type);
          return located.type === "object" && located.provider === "fs";
        },
      }),
    );
    expect(asked).toEqual(["my-car-datasets", "public", "fs"]);
    expect(lines.at(-1)).toEqual({
      summary: { lines: 4, resolved: 1, failed: 3, byCode: { forbidden: 2, bad_syntax: 1 } },
    });
  });
});

describe("signatures that take time", () => {
  test("keep the order, and few wait at once", async () => {
    let waiting = 0;
    let most = 0;
    const release: (() => void)[] = [];
    const sign = ({ method, key }: SignIntent): SignedRequest | Promise<SignedRequest> => {
      const request = { method, url: `https://signed.test/${key}`, headers: {}, expiresAt: "" };
      if (Number(key) % 3 === 0) return request;
      waiting++;
      most = Math.max(most, waiting);
      return new Promise((done) => {
        release.unshift(() => {
          waiting--;
          done(request);
        });
        // The last asked is answered first.
        setImmediate(() => release.shift()?.());
      });
    };
    const slow = resolverThat(sign);
    const text = Array.from({ length: 1000 }, (_, index) => `s3://b/${index}\n`).join("");
    const lines = parseLines(await resolveText(text, {}, slow));
    expect(lines.slice(0, -1).map(({ line }) => line)).toEqual(
      Array.from({ length: 1000 }, (_, index) => index + 1),
    );
    expect(lines.at(-1)).toMatchObject({ summary: { resolved: 1000, failed: 0 } });
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(64);
  });
});

test("nothing is read ahead of what is taken", async () => {
  let read = 0;
  const block = Buffer.from("s3://cars/a\n".repeat(5000));
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (;;) {
      read++;
      yield block;
    }
  }
  let sizes = 0;
  let taken = 0;
  for await (const text of resolveLinkFile(readLinkFile(endless()), resolver, GET)) {
    sizes = Math.max(sizes, text.length);
    if (++taken === 100) break;
  }
  expect(read).toBeLessThanOrEqual(taken);
  expect(sizes).toBeLessThan(70_000);
});
