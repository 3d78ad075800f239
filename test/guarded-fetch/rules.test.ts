import { BlockedAddressError } from "@remote-storage/core/links/public-fetch.ts";
import { NO_HOSTS, parseHostList, type HostList } from "@remote-storage/core/settings/host-list.ts";
import { describe, expect, test } from "vitest";
import { createGuardedFetch } from "../../functions/guarded-fetch/create-guarded-fetch.ts";
import { createGuard } from "../../functions/guarded-fetch/guard.ts";
import { followRedirect } from "../../functions/guarded-fetch/redirect.ts";
import { openWeb, resolverOf } from "./canary.ts";

const list = (text: string): HostList => parseHostList(text) ?? NO_HOSTS;
const guard = (allow: string, deny = "") => createGuard({ allow: list(allow), deny: list(deny) });

/** Redirects so many times, then answers. */
const countdown = (hops: number) =>
  openWeb(({ url = "", headers }, response) => {
    const left = url === "/start" ? hops : Number(url.slice(1));
    if (left > 0) response.writeHead(302, { location: `/${left - 1}` }).end();
    else response.setHeader("ETag", `"${String(headers["accept-encoding"])}"`).end("content");
  });

describe("what an operator may open and close", () => {
  test.each([
    // allow, deny, host, address, may it
    ["", "", "files.example.com", "8.8.8.8", true],
    ["files.corp", "", "files.corp", "10.0.0.7", true],
    ["files.corp", "", "FILES.corp.".toLowerCase(), "10.0.0.7", true],
    ["files.corp", "", "other.corp", "10.0.0.7", false],
    ["*.corp", "", "a.b.corp", "10.0.0.7", true],
    ["*.corp", "", "corp", "10.0.0.7", false],
    ["*.corp", "", "evilcorp", "10.0.0.7", false],
    ["files.corp", "", "files.corp", "169.254.169.254", false],
    ["*", "", "files.corp", "169.254.169.254", false],
    ["*", "", "files.corp", "fd00:ec2::254", false],
    ["10.1.0.0/16", "", "10.1.2.3", "10.1.2.3", true],
    ["10.1.0.0/16", "", "any.example.com", "::ffff:10.1.2.3", true],
    ["10.1.0.0/16", "", "10.2.0.1", "10.2.0.1", false],
    ["169.254.169.254", "", "169.254.169.254", "169.254.169.254", true],
    ["", "8.8.0.0/16", "dns.example.com", "8.8.8.8", false],
    ["", "8.8.0.0/16", "dns.example.com", "64:ff9b::8.8.8.8", false],
    ["", "bad.example.com", "bad.example.com", "8.8.8.8", false],
    ["", "*.example.com", "bad.example.com.", "8.8.8.8", false],
    ["", "*", "files.example.com", "8.8.8.8", false],
    ["files.example.com", "*", "files.example.com", "8.8.8.8", true],
    ["2606:4700::/32", "*", "2606:4700::1111", "2606:4700::1111", true],
    ["", "*", "8.8.8.8", "8.8.8.8", false],
  ] as const)("allow %j, deny %j: %s at %s is %j", (allow, deny, host, address, expected) => {
    expect(guard(allow, deny).mayConnect(host, address)).toBe(expected);
  });

  test("an inner name is looked up only when it is allowed", () => {
    expect(guard("").mayLookUp("db.internal")).toBe(false);
    expect(guard("db.internal").mayLookUp("db.internal")).toBe(true);
    expect(guard("*.internal").mayLookUp("db.internal.")).toBe(true);
    expect(guard("", "*").mayLookUp("files.example.com")).toBe(false);
    expect(guard("").mayLookUp("files.example.com")).toBe(true);
  });

  test.each([
    "a b",
    "10.0.0.0/33",
    "::/129",
    "1.2.3",
    "10.0.0.0/8/8",
    "http://x.test",
    "a,,b",
    "*x.test",
  ])("%j is no list of hosts", (text) => {
    expect(parseHostList(text)).toBeUndefined();
  });
});

describe("redirects", () => {
  const resolver = resolverOf({ "files.test": [["127.0.0.1"]] });
  const fetch = createGuardedFetch({ allow: list("files.test"), deny: NO_HOSTS }, resolver);

  test("five are followed", async () => {
    const answer = await fetch(`http://files.test:${await countdown(5)}/start`, { method: "GET" });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("etag")).toBe('"identity"');
    expect(await answer.text()).toBe("content");
  });

  test("the sixth is not", async () => {
    const answer = fetch(`http://files.test:${await countdown(6)}/start`, { method: "GET" });
    await expect(answer).rejects.toThrow("more than 5 redirects");
  });

  test.each([
    ["https://a.test/x", "http://a.test/x"],
    ["https://a.test/x", "//user@a.test/"],
    ["http://a.test/x", "gopher://a.test/"],
    ["http://a.test/x", "javascript:alert(1)"],
  ])("%s does not lead to %s", (from, to) => {
    expect(() => followRedirect(new URL(from), to)).toThrow(BlockedAddressError);
  });

  test.each([
    ["http://a.test/x", "https://b.test/y", "https://b.test/y"],
    ["https://a.test/x/y?z", "../w", "https://a.test/w"],
    ["https://a.test:8443/x", "//b.test/y", "https://b.test/y"],
  ])("%s and %s give %s", (from, to, expected) => {
    expect(followRedirect(new URL(from), to).href).toBe(expected);
  });

  test("a signal ends the wait", async () => {
    const port = await openWeb(() => undefined);
    const answer = fetch(`http://files.test:${port}/`, {
      method: "HEAD",
      signal: AbortSignal.timeout(50),
    });
    await expect(answer).rejects.toMatchObject({ name: "TimeoutError" });
  });
});
