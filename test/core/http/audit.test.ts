import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { everybody, fakeBucket, openFixture } from "./fixture.ts";
import { createAudit } from "@remote-storage/core/audit.ts";
import { createHealth } from "@remote-storage/core/health.ts";
import { createMetrics } from "@remote-storage/core/metrics/metrics.ts";
import { silentLog } from "@remote-storage/core/log.ts";

const who = { time: "2030-01-01T00:00:00.000Z", principal: "all", requestId: "request-1" };

/** The app with a full disk below its audit. */
function openBroken() {
  let broken = true;
  const health = createHealth();
  const metrics = createMetrics(new Date());
  const sink = () => {
    if (broken) throw new Error("ENOSPC: no space left on device, write");
  };
  const audit = createAudit(sink, { now: () => new Date(), log: silentLog, health, metrics });
  const fixture = openFixture({
    audit,
    health,
    metrics,
    buckets: { public: fakeBucket("own-public"), private: fakeBucket("own-private") },
  });
  return { ...fixture, mend: () => (broken = false) };
}

describe("the audit", () => {
  test("names who was given what until when, and never a URL", async () => {
    const { audited, lines, send } = openFixture();
    await send(everybody, "GET", "/objects/private/a%20b");
    await send(everybody, "GET", "/links/resolve?link=https://example.com/x%3Fsig%3Dsecret");
    expect(audited).toEqual([
      {
        audit: "signed",
        ...who,
        method: "GET",
        target: "private/a b",
        expiresAt: "2030-01-01T00:10:00Z",
      },
      { audit: "signed", ...who, method: "GET", target: "https://example.com/x" },
    ]);
    expect(JSON.stringify([audited, lines])).not.toContain("store.example");
  });

  test("has a line for each of up to 1000 items", async () => {
    const { audited, json } = openFixture();
    const items = ["a", "b"].map((key) => ({ method: "PUT", bucket: "private", key }));
    await json(everybody, "/sign", { items: [...items, { method: "PUT" }] });
    expect(audited).toMatchObject([
      { method: "PUT", target: "private/a" },
      { method: "PUT", target: "private/b" },
    ]);
  });

  test("tells bulk work before the first signature and after the last", async () => {
    const { audited, send } = openFixture();
    const links = "fs://own-private/x\nfs://own-private/y\nnonsense\n";
    const answer = await send(everybody, "POST", "/links/resolve", { body: `# mine\n${links}` });
    expect(audited).toEqual([
      { audit: "signing", ...who, route: "POST /links/resolve", expires: 3600 },
    ]);
    await answer.text();
    expect(audited[1]).toEqual({
      audit: "signed",
      ...who,
      route: "POST /links/resolve",
      expires: 3600,
      signed: 2,
      failed: 1,
      sha256: createHash("sha256").update(links).digest("hex"),
    });
  });

  test("has a last line without counts when the client left before the end", async () => {
    const { audited, send } = openFixture();
    const body = "fs://own-private/x\n".repeat(10_000);
    const answer = await send(everybody, "POST", "/links/resolve", { body });
    await answer.body?.cancel();
    expect(audited.map(({ audit, signed }) => [audit, signed])).toEqual([
      ["signing", undefined],
      ["signed", undefined],
    ]);
  });
});

describe("an audit that cannot be written", () => {
  test.each([
    ["GET", "/objects/private/x", undefined],
    ["GET", "/objects/private/x?redirect=false", undefined],
    ["PUT", "/objects/private/x", undefined],
    ["GET", "/links/resolve?link=fs://own-private/x", undefined],
    ["POST", "/links/resolve", "fs://own-private/x\n"],
    ["POST", "/sign", { items: [{ method: "GET", bucket: "private", key: "x" }] }],
    ["POST", "/uploads", { bucket: "private", key: "x", size: 1 }],
  ])("gives no signature away: %s %s", async (method, target, body) => {
    const { send } = openBroken();
    const answer = await send(everybody, method, target, {
      ...(body !== undefined && {
        body: typeof body === "string" ? body : JSON.stringify(body),
        headers: { "content-type": typeof body === "string" ? "text/plain" : "application/json" },
      }),
    });
    expect(answer.status).toBe(503);
    expect(answer.headers.get("location")).toBeNull();
    const text = await answer.text();
    expect(text).not.toContain("store.example");
    expect(JSON.parse(text)).toMatchObject({ code: "audit_unavailable" });
  });

  test("shows in /health and /metrics, until it can be written again", async () => {
    const { send, mend } = openBroken();
    await send(everybody, "GET", "/objects/private/x");
    const health = async () => (await send(undefined, "GET", "/health")).json();
    expect(await health()).toEqual({
      status: "degraded",
      degraded: ["audit: it cannot be written, and no access is given"],
    });
    const figures = await (await send(everybody, "GET", "/metrics")).text();
    expect(figures).toContain("\nremote_storage_audit_failures_total 1\n");
    mend();
    expect((await send(everybody, "GET", "/objects/private/x")).status).toBe(307);
    expect(await health()).toEqual({ status: "ok", degraded: [] });
  });

  test("does not keep anyone from what needs no signature", async () => {
    expect((await openBroken().send(everybody, "GET", "/objects/private")).status).toBe(200);
  });
});
