import { BlockedAddressError } from "@remote-storage/core/links/public-fetch.ts";
import { NO_HOSTS } from "@remote-storage/core/settings/host-list.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createGuardedFetch } from "../../functions/guarded-fetch/create-guarded-fetch.ts";
import { type Canary, openCanary, openWeb, resolverOf } from "./canary.ts";
import { EMBEDDINGS, INNER_IPV4, INNER_IPV6, SPELLINGS } from "./forms.ts";

const nothing = { allow: NO_HOSTS, deny: NO_HOSTS };

let canary: Canary;
beforeAll(async () => {
  canary = await openCanary();
});
afterAll(() => {
  if (canary.connections() > 0) throw new Error(`${canary.connections()} connections got through`);
});

const inner = [
  ...INNER_IPV4.map((octets) => octets.join(".")),
  ...INNER_IPV6,
  ...Object.values(EMBEDDINGS).flatMap((embed) => INNER_IPV4.map(embed)),
];
const toHost = (address: string) => (address.includes(":") ? `[${address}]` : address);

const spelt = Object.entries(SPELLINGS).flatMap(([name, spell]) =>
  INNER_IPV4.map((octets) => ({ name, host: spell(octets) })),
);

const REDIRECTS = [301, 302, 303, 307, 308];

const TARGETS = [
  (port: number) => `http://127.0.0.1:${port}/`,
  (port: number) => `//127.1:${port}/`,
  (port: number) => `http://[::1]:${port}/`,
  (port: number) => `http://[::ffff:7f00:1]:${port}/`,
  (port: number) => `http://localhost:${port}/`,
  (port: number) => `http://inner.test:${port}/`,
  (port: number) => `http://user:password@files.test:${port}/`,
  () => "http://169.254.169.254/latest/meta-data/",
  () => "http://metadata.google.internal/",
  () => "file:///etc/passwd",
  () => "ftp://127.0.0.1/",
  () => "data:text/plain,x",
];

describe("nothing inside is reached", () => {
  const fetch = createGuardedFetch(nothing);

  test.each(inner)("at the address %s", async (address) => {
    const link = `http://${toHost(address)}:${canary.port}/`;
    await expect(fetch(link, { method: "HEAD" })).rejects.toThrow(BlockedAddressError);
  });

  test.each(spelt)("at $host ($name)", async ({ host }) => {
    const link = `http://${host}:${canary.port}/`;
    await expect(fetch(link, { method: "GET" })).rejects.toThrow(BlockedAddressError);
  });

  test.each(inner)("by a name that resolves to %s", async (address) => {
    const named = createGuardedFetch(nothing, resolverOf({ "evil.test": [[address]] }));
    const link = `http://evil.test:${canary.port}/`;
    await expect(named(link, { method: "HEAD" })).rejects.toThrow(BlockedAddressError);
  });

  test.each([
    "localhost",
    "LOCALHOST",
    "localhost.",
    "foo.localhost",
    "printer.local",
    "db.internal",
    "metadata.google.internal",
    "intranet",
    "router.home.arpa",
    "wiki.corp",
  ])("by the name %s, which is not even looked up", async (name) => {
    let asked = 0;
    const named = createGuardedFetch(nothing, (...args) => {
      asked += 1;
      resolverOf({})(...args);
    });
    const link = `http://${name}:${canary.port}/`;
    await expect(named(link, { method: "HEAD" })).rejects.toThrow(BlockedAddressError);
    expect(asked).toBe(0);
  });

  test("by a name with one public and one inner address", async () => {
    const resolver = resolverOf({ "both.test": [["93.184.215.14", "127.0.0.1"]] });
    const link = `http://both.test:${canary.port}/`;
    const answer = createGuardedFetch(nothing, resolver)(link, { method: "HEAD" });
    await expect(answer).rejects.toThrow(BlockedAddressError);
  });

  test("by a name that was public a moment ago", async () => {
    // Whoever looks the name up before the connection does sees the public address.
    const web = await openWeb((_, response) => {
      response.writeHead(302, { location: `http://rebind.test:${canary.port}/` }).end();
    });
    const names = { "files.test": [["127.0.0.1"]], "rebind.test": [["8.8.8.8"], ["127.0.0.1"]] };
    const resolver = resolverOf(names);
    resolver("rebind.test", {}, () => undefined);
    const allow = { names: ["files.test"], networks: [] };
    const rebound = createGuardedFetch({ allow, deny: NO_HOSTS }, resolver);
    const answer = rebound(`http://files.test:${web}/`, { method: "HEAD" });
    await expect(answer).rejects.toThrow(BlockedAddressError);
  });

  test.each(
    REDIRECTS.flatMap((status) => TARGETS.map((target, index) => ({ status, target, index }))),
  )("after a redirect ($status, target $index)", async ({ status, target }) => {
    const web = await openWeb((_, response) => {
      response.writeHead(status, { location: target(canary.port) }).end();
    });
    const resolver = resolverOf({ "files.test": [["127.0.0.1"]], "inner.test": [["127.0.0.1"]] });
    const allow = { names: ["files.test"], networks: [] };
    const redirected = createGuardedFetch({ allow, deny: NO_HOSTS }, resolver);
    const answer = redirected(`http://files.test:${web}/`, { method: "GET" });
    await expect(answer).rejects.toThrow(BlockedAddressError);
  });
});
