import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createOwnUrls, type OwnUrlOptions } from "@remote-storage/core/signing/own-url.ts";
import { propertyRuns } from "../../support/property-runs.ts";

const ORIGIN = "https://pictures.example/base";

const keys = [
  { id: "k2", secret: "the-second-secret-of-these" },
  { id: "k1", secret: "the-first-secret-of-these" },
];

/** At 12:07:30, between two windows of 15 minutes. */
const NOON = Date.parse("2030-01-01T12:07:30Z");

const OPTIONS = {
  keys,
  origin: () => ORIGIN,
  policy: { maxExpires: 604_800, window: 0 },
  now: () => new Date(NOON),
};

function open(changes: Partial<OwnUrlOptions> = {}, seconds = 0) {
  return createOwnUrls({ ...OPTIONS, now: () => new Date(NOON + 1000 * seconds), ...changes });
}

const wish = { width: "512", key: "a b/ü&c=d.jpg" };

/** What reaches the app of a URL that was signed. */
function sign(urls = open(), parameters: Readonly<Record<string, string>> = wish, expires = 3600) {
  const signed = urls.sign("/previews/private", parameters, expires);
  return { ...signed, target: signed.url.slice(ORIGIN.length) };
}

describe("URLs of the service itself", () => {
  test("have their parameters in order, then their end and their signature", () => {
    const { method, url, headers, expiresAt } = sign();
    expect({ method, headers, expiresAt }).toEqual({
      method: "GET",
      headers: {},
      expiresAt: "2030-01-01T13:15:00Z",
    });
    const exp = Date.parse("2030-01-01T13:15:00Z") / 1000;
    expect(url).toMatch(
      new RegExp(
        `^${ORIGIN}/previews/private\\?key=a%20b%2F%C3%BC%26c%3Dd.jpg&width=512&exp=${exp}&sig=k2\\.[\\w-]{43}$`,
      ),
    );
  });

  test("are as they were signed until they end", () => {
    const { target } = sign();
    const until = new Date("2030-01-01T13:15:00Z");
    expect(open().verify(target)).toEqual({ ok: true, keyId: "k2", until });
    const rest = (until.getTime() - NOON) / 1000;
    expect(open({}, rest - 1).verify(target).ok).toBe(true);
    expect(open({}, rest).verify(target)).toEqual({ ok: false, reason: "expired" });
  });

  test("are known again by a host that does not know where clients reach it, which signs none", () => {
    const { origin: _, ...options } = OPTIONS;
    const urls = createOwnUrls(options);
    expect(urls.verify(sign().target).ok).toBe(true);
    expect(() => sign(urls)).toThrow("without PUBLIC_URL this host signs no URLs of its own");
  });

  test("are the same throughout a window, whatever order the wish has", () => {
    const { url } = sign();
    expect(sign(open({}, 449)).url).toBe(url);
    expect(sign(open({}, 450)).url).not.toBe(url);
    expect(sign(open(), { key: wish.key, width: wish.width }).url).toBe(url);
  });

  test("follow SIGNED_URL_WINDOW, and short lives are not stretched", () => {
    const policy = { maxExpires: 604_800, window: 86_400 };
    expect(sign(open({ policy })).expiresAt).toBe("2030-01-02T01:00:00Z");
    const short = Date.parse(sign(open(), wish, 10).expiresAt) - NOON;
    expect(short).toBeGreaterThanOrEqual(10_000);
    expect(short).toBeLessThanOrEqual(20_000);
  });

  test("say when the policy ends them sooner", () => {
    const policy = { maxExpires: 1800, window: 0 };
    expect(sign(open({ policy }))).toMatchObject({
      clampedBy: "policy",
      expiresAt: "2030-01-01T12:30:00Z",
    });
  });

  test("outlive a new key, but not the loss of the old one", () => {
    const old = sign(open({ keys: keys.slice(1) })).target;
    expect(open().verify(old)).toMatchObject({ ok: true, keyId: "k1" });
    expect(open({ keys: keys.slice(0, 1) }).verify(old)).toEqual({ ok: false, reason: "wrong" });
  });

  test("a key's name is no key: the same id with another secret opens nothing", () => {
    const other = [{ id: "k2", secret: "some-other-secret-of-theirs" }];
    expect(open({ keys: other }).verify(sign().target).ok).toBe(false);
  });

  test("without a key nothing is signed", () => {
    expect(() => sign(open({ keys: [] }))).toThrow("URL_SIGNING_KEYS");
    expect(open({ keys: [] }).verify(sign().target).ok).toBe(false);
  });
});

describe("whatever is changed in one, it opens nothing", () => {
  const { target } = sign();
  const [path = "", query = ""] = target.split("?");
  const pairs = query.split("&");
  const position = fc.nat(target.length - 1);
  const character = fc.constantFrom(..."abcXYZ019-._~%&=?/+ é".split(""));

  const mutations: Readonly<Record<string, fc.Arbitrary<string>>> = {
    "one character replaced": fc
      .tuple(position, character)
      .map(([at, text]) => target.slice(0, at) + text + target.slice(at + 1)),
    "one character inserted": fc
      .tuple(fc.nat(target.length), character)
      .map(([at, text]) => target.slice(0, at) + text + target.slice(at)),
    "a part cut out": fc
      .tuple(position, fc.integer({ min: 1, max: 40 }))
      .map(([at, length]) => target.slice(0, at) + target.slice(at + length)),
    "a letter in the other case": position.map((at) => {
      const letter = target.charAt(at);
      const other = letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase();
      return target.slice(0, at) + other + target.slice(at + 1);
    }),
    "parameters dropped, doubled, in another order": fc
      .array(fc.nat(pairs.length - 1), { maxLength: pairs.length + 2 })
      .map((order) => `${path}?${order.map((at) => pairs[at]).join("&")}`),
    "a parameter added": fc
      .tuple(
        fc.nat(pairs.length),
        fc.constantFrom("width=1", "exp=9999999999", "x", "", "sig=k2.x"),
      )
      .map(([at, pair]) => `${path}?${pairs.toSpliced(at, 0, pair).join("&")}`),
    "a character percent-encoded": position.map((at) => {
      const code = target.charCodeAt(at).toString(16).toUpperCase();
      return `${target.slice(0, at)}%${code}${target.slice(at + 1)}`;
    }),
    "another key's name": fc.constant(target.replace("sig=k2.", "sig=k1.")),
  };

  test("in 20,000 ways", () => {
    const changed = fc.oneof(...Object.values(mutations)).filter((text) => text !== target);
    const urls = open();
    fc.assert(
      fc.property(changed, (text) => {
        expect(urls.verify(text).ok).toBe(false);
      }),
      { numRuns: propertyRuns(2000, 20_000) },
    );
  });

  test("while any wish that was signed opens what it names", () => {
    const parameters = fc.dictionary(
      fc.constantFrom("key", "link", "width", "window"),
      fc.string({ unit: "grapheme" }),
    );
    fc.assert(
      fc.property(parameters, fc.integer({ min: 1, max: 604_800 }), (wished, expires) => {
        expect(open().verify(sign(open(), wished, expires).target).ok).toBe(true);
      }),
      { numRuns: propertyRuns(200, 2000) },
    );
  });
});
