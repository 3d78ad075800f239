import { describe, expect, test } from "vitest";
import { createLinkChecker } from "../../../functions/core/links/check-link.ts";
import type { LinkResolver, LocatedLink } from "../../../functions/core/links/link.ts";
import {
  BlockedAddressError,
  type PublicFetch,
} from "../../../functions/core/links/public-fetch.ts";
import { type ErrorKind, StorageError } from "../../../functions/core/storage/errors.ts";
import { parseKey } from "../../../functions/core/storage/key.ts";
import type { Bucket } from "../../../functions/core/storage/provider.ts";

const object = (key: string): LocatedLink => ({
  type: "object",
  provider: "lab",
  bucket: "b",
  key: parseKey(key),
});
const web = (url: string): LocatedLink => ({ type: "public", url });

const noFetch: PublicFetch = () => Promise.reject(new Error("not expected"));

function bucketThat(stat: Bucket["stat"]): Pick<LinkResolver, "bucket"> {
  return { bucket: () => ({ name: "b", stat }) as Bucket };
}

const failure = (kind: ErrorKind) =>
  new StorageError(kind, "said the store", { provider: "lab", operation: "stat" });

/** A checker of public links whose waits are counted instead of waited. */
function checkerOf(fetchPublic: PublicFetch) {
  const waits: number[] = [];
  const begin = createLinkChecker({
    resolver: bucketThat(() => Promise.reject(new Error("not expected"))),
    fetchPublic,
    wait: (milliseconds) => Promise.resolve(waits.push(milliseconds)),
  });
  return { check: begin(), waits };
}

/** Answers one after the other; the last one again and again. */
function answering(...answers: readonly (Response | Error)[]) {
  const asked: string[] = [];
  const fetch: PublicFetch = (_, { method, headers = {} }) => {
    asked.push([method, headers["Range"]].join(" ").trim());
    const answer = answers[Math.min(asked.length, answers.length) - 1]!;
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer.clone());
  };
  return { fetch, asked };
}

const wait = () => Promise.resolve();

const ok = (headers: Record<string, string>, status = 200) =>
  new Response(null, { status, headers });

describe("an object of a store", () => {
  test.each([
    ["not-found", "not_found", 1],
    ["no-bucket", "not_found", 1],
    ["denied", "forbidden", 1],
    ["wrong-region", "wrong_region", 1],
    ["credentials", "credentials_unavailable", 1],
    ["timeout", "timeout", 3],
    ["unavailable", "unavailable", 3],
    ["throttled", "unavailable", 3],
  ] as const)("that fails with %s is %s after %i tries", async (kind, code, tries) => {
    let asked = 0;
    const resolver = bucketThat(() => {
      asked += 1;
      return Promise.reject(failure(kind));
    });
    const check = createLinkChecker({ resolver, fetchPublic: noFetch, wait })();
    expect(await check(object("x"))).toMatchObject({ code, message: "said the store" });
    expect(asked).toBe(tries);
  });

  test("is there at the second try", async () => {
    let asked = 0;
    const resolver = bucketThat((key) =>
      ++asked === 1
        ? Promise.reject(failure("throttled"))
        : Promise.resolve({ key, size: 1, etag: '"e"', type: "t/t", modified: new Date(0) }),
    );
    const check = createLinkChecker({ resolver, fetchPublic: noFetch, wait })();
    expect(await check(object("x"))).toEqual({ size: 1, etag: '"e"', type: "t/t" });
  });

  test("an error of the inside is not told", async () => {
    const resolver = bucketThat(() => Promise.reject(new Error("connect 10.0.0.1 secret")));
    const check = createLinkChecker({ resolver, fetchPublic: noFetch })();
    const message = "the storage did not answer as it should";
    expect(await check(object("x"))).toEqual({ code: "unavailable", message });
  });

  test.each([
    ["a%20b", /literal/],
    ["/a", /begins with \//],
    ["a/", /folder/],
    ["a", /^undefined$/],
  ])("that is not there: %s has a hint where there is one", async (key, hint) => {
    const resolver = bucketThat(() => Promise.reject(failure("not-found")));
    const answer = await createLinkChecker({ resolver, fetchPublic: noFetch })()(object(key));
    expect(String("hint" in answer ? answer.hint : undefined)).toMatch(hint);
  });

  test("is asked for once, however often it is in the file; the next file asks again", async () => {
    let asked = 0;
    const resolver = bucketThat(() => {
      asked += 1;
      return Promise.reject(failure("not-found"));
    });
    const begin = createLinkChecker({ resolver, fetchPublic: noFetch });
    const check = begin();
    await Promise.all([check(object("x")), check(object("x")), check(object("y"))]);
    await check(object("x"));
    expect(asked).toBe(2);
    await begin()(object("x"));
    expect(asked).toBe(3);
  });

  test("no more than 32 are asked for at a time, over all files", async () => {
    let running = 0;
    let most = 0;
    const resolver = bucketThat(async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      throw failure("not-found");
    });
    const begin = createLinkChecker({ resolver, fetchPublic: noFetch });
    const files = [begin(), begin()];
    await Promise.all(
      files.flatMap((check) => Array.from({ length: 100 }, (_, n) => check(object(`${n}`)))),
    );
    expect(most).toBe(32);
  });

  test("that never answers is a timeout, and its request is aborted", async () => {
    let aborted = false;
    const resolver = bucketThat((_, { signal } = {}) => {
      return new Promise((_resolve, reject) => {
        signal?.addEventListener("abort", () => {
          aborted = true;
          reject(new Error("aborted"));
        });
      });
    });
    const check = createLinkChecker({ resolver, fetchPublic: noFetch, timeout: 20 })();
    expect(await check(object("x"))).toMatchObject({ code: "timeout" });
    expect(aborted).toBe(true);
  });

  test("is not tried again once nobody waits for it", async () => {
    const left = new AbortController();
    let asked = 0;
    const resolver = bucketThat(() => {
      asked += 1;
      left.abort();
      return Promise.reject(failure("unavailable"));
    });
    const check = createLinkChecker({ resolver, fetchPublic: noFetch })(left.signal);
    expect(await check(object("x"))).toMatchObject({ code: "unavailable" });
    expect(asked).toBe(1);
  });
});

describe("a public link", () => {
  test.each([
    [
      ok({ "content-length": "7", "content-type": "a/b", etag: 'W/"e"' }),
      { size: 7, type: "a/b", etag: 'W/"e"' },
    ],
    [ok({}), {}],
    [ok({ "content-length": "7", "content-encoding": "gzip" }), {}],
    [ok({ "content-length": "seven" }), {}],
    [ok({}, 404), { code: "not_found" }],
    [ok({}, 410), { code: "not_found" }],
    [ok({}, 401), { code: "forbidden" }],
    [ok({}, 418), { code: "unavailable" }],
    [ok({ "x-amz-bucket-region": "eu-west-1" }, 301), { code: "wrong_region" }],
    [new BlockedAddressError(), { code: "blocked_address" }],
    [
      new TypeError("fetch failed", { cause: Object.assign(new Error(), { code: "ENOTFOUND" }) }),
      { code: "unavailable" },
    ],
  ])("%#: is told as it is, after one request", async (answer, expected) => {
    const { fetch, asked } = answering(answer);
    const { message: _, ...found } = {
      message: "",
      ...(await checkerOf(fetch).check(web("https://x.test/"))),
    };
    expect(found).toEqual(expected);
    expect(asked).toEqual(["HEAD"]);
  });

  test.each([
    [ok({ "content-range": "bytes 0-0/1234" }, 206), { size: 1234 }],
    [ok({ "content-range": "bytes */0" }, 416), { size: 0 }],
    [ok({ "content-length": "99" }), { size: 99 }],
    [ok({ "content-range": "bytes 0-0/*" }, 206), {}],
  ])("%#: whose host takes no HEAD is asked for one byte", async (answer, expected) => {
    const { fetch, asked } = answering(ok({}, 405), answer);
    expect(await checkerOf(fetch).check(web("https://x.test/"))).toEqual(expected);
    expect(asked).toEqual(["HEAD", "GET bytes=0-0"]);
  });

  test("whose host is busy is tried three times, each after a longer wait", async () => {
    const { fetch, asked } = answering(ok({}, 503));
    const { check, waits } = checkerOf(fetch);
    expect(await check(web("https://x.test/"))).toMatchObject({ code: "unavailable" });
    expect(asked).toHaveLength(3);
    expect(waits).toHaveLength(2);
    expect(waits[1]).toBeGreaterThan(waits[0]!);
  });

  test("whose host resets the connection once is there", async () => {
    const { fetch } = answering(new TypeError("fetch failed"), ok({ "content-length": "1" }));
    expect(await checkerOf(fetch).check(web("https://x.test/"))).toEqual({ size: 1 });
  });

  test.each(["UND_ERR_CONNECT_TIMEOUT", "UND_ERR_HEADERS_TIMEOUT", "ETIMEDOUT"])(
    "whose host ends with %s is a timeout",
    async (code) => {
      const cause = Object.assign(new Error(), { code });
      const { fetch } = answering(new TypeError("fetch failed", { cause }));
      expect(await checkerOf(fetch).check(web("https://x.test/"))).toMatchObject({
        code: "timeout",
      });
    },
  );
});
