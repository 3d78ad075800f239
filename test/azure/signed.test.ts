import { afterAll, beforeAll, expect, test } from "vitest";
import { createClient, parse, type Signed, toTarget } from "../hosts/client.ts";
import { ENTRIES, openFunctionAppHost } from "../hosts/azure-host.ts";
import type { Host } from "../hosts/host.ts";
import { type Deployment, deploy } from "../support/azure-functions/deployment.ts";
import { startFunctionApp } from "../support/azure-functions/function-app.ts";

let deployment: Deployment | undefined;
let opened: Host | undefined;
beforeAll(async () => {
  deployment = await deploy();
  opened = await openFunctionAppHost(deployment, ENTRIES.streamed);
});
afterAll(async () => {
  await opened?.close();
  await deployment?.remove();
});

function stage() {
  if (deployment === undefined || opened === undefined) throw new Error("nothing is open yet");
  return { deployment, host: opened, client: createClient(opened) };
}

async function signedGet(query = ""): Promise<Signed> {
  const { client } = stage();
  await client.put("private/signed/data.bin", "0123456789");
  const path = `/objects/private/signed/data.bin?redirect=false${query}`;
  return parse<Signed>(await client.send("GET", path));
}

test("the app knows no key of the account, and its identity signs", async () => {
  const { deployment: given, client } = stage();
  expect(JSON.stringify(given.env)).not.toContain(given.store.keys.secretKey);
  expect(given.env).not.toHaveProperty("STORAGE_SECRET_KEY");
  const signed = await signedGet();
  const { searchParams } = new URL(signed.url);
  expect(searchParams.get("skoid")).toBe("00000000-0000-0000-0000-000000000002");
  expect(searchParams.get("spr")).toBe("https");
  expect(given.identity.asked).toContain(
    "00000000-0000-0000-0000-00000000c0de https://storage.azure.com",
  );
  expect((await client.open(signed)).body.toString()).toBe("0123456789");
});

test("one key serves all signatures, none of which outlives it", async () => {
  const lives = [
    await signedGet(),
    await signedGet("&expires=10s"),
    await signedGet("&expires=1h"),
  ];
  const keys = lives.map(({ url }) => new URL(url).searchParams);
  const [first] = keys;
  for (const each of keys) {
    expect(each.get("skt")).toBe(first?.get("skt"));
    expect(Date.parse(each.get("se") ?? "")).toBeLessThanOrEqual(Date.parse(each.get("ske") ?? ""));
  }
});

test("any changed character of signature, key, end, rights or container is 403", async () => {
  const { host } = stage();
  const { url } = await signedGet();
  const other = new URL(url).searchParams.get("sig")?.startsWith("A") ? "B" : "A";
  const end = /se=[^&]*/.exec(url)?.[0] ?? "";
  for (const forged of [
    url.replace(/sig=./, `sig=${other}`),
    url.replace("data.bin", "data.bim"),
    url.replace(end, "se=2099-01-01T00%3A00%3A00Z"),
    url.replace(/sp=r(?=&)/, "sp=rw"),
    url.replace("-private/", "-public/"),
  ]) {
    expect(forged).not.toBe(url);
    const answer = await host.request("GET", toTarget(host, forged));
    expect(answer.status).toBe(403);
  }
});

test("another method than the signed one is 403, and so is none at all", async () => {
  const { host } = stage();
  const { url } = await signedGet();
  expect((await host.request("DELETE", toTarget(host, url))).status).toBe(403);
  const [bare = ""] = toTarget(host, url).split("?");
  expect([403, 404]).toContain((await host.request("GET", bare)).status);
});

test("what is cached is kept when an app ends, until a sweep brings the caches within their sizes", async () => {
  const { deployment: given, client } = stage();
  await client.put("private/swept/data.bin", "0123456789");
  const filling = await openFunctionAppHost(given, ENTRIES.streamed);
  await createClient(filling).send("GET", "/content/private/swept/data.bin");
  await filling.close();
  const env = { ...given.env, CACHE_STORAGE_SIZE: "1", LOG_LEVEL: "info" };
  const app = await startFunctionApp(ENTRIES.streamed, env);
  await app.trigger("sweep");
  await expect.poll(() => app.log(), { timeout: 15_000 }).toContain("the caches are swept");
  await app.stop();
  const told = app.log().replaceAll("\\", "");
  expect(told).toContain(
    '"storage":{"entries":0,"bytes":0,"expired":0,"evicted":1,"complete":true}',
  );
});
