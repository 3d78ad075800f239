import { BlobServiceClient } from "@azure/storage-blob";
import { parseKey } from "@remote-storage/core/storage/key.ts";
import type { SignedRequest } from "@remote-storage/core/signing/signed-request.ts";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { openAzure } from "../../../functions/providers/azure/provider.ts";
import { type Azurite, startAzurite } from "../../support/azurite.ts";
import { listen } from "../../support/listen.ts";
import { text } from "../conformance/stage.ts";

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const key = parseKey("a b.txt");

const askFor = Reflect.get(BlobServiceClient.prototype, "getUserDelegationKey") as (
  startsOn: Date,
  expiresOn: Date,
) => Promise<unknown>;

async function askForSeconds(this: BlobServiceClient, startsOn: Date): Promise<unknown> {
  return askFor.call(this, startsOn, new Date(Date.now() + 3000));
}

async function statusOf({ url }: SignedRequest): Promise<number> {
  const response = await fetch(url);
  await response.body?.cancel();
  return response.status;
}

/** A parameter of a SAS that is a time. */
function timeIn({ url }: SignedRequest, name: string): number {
  return Date.parse(new URL(url).searchParams.get(name) ?? "");
}

describe("user delegation keys of a real store", () => {
  let azurite: Azurite;
  let ahead = 0;
  const asked = vi.spyOn(BlobServiceClient.prototype, "getUserDelegationKey");

  beforeAll(async () => {
    azurite = await startAzurite({ https: true });
    await azurite.createContainer("bucket");
  });
  beforeEach(() => {
    ahead = 0;
    asked.mockReset();
  });
  afterEach(() => vi.unstubAllEnvs());
  afterAll(async () => {
    asked.mockRestore();
    await azurite.close();
  });

  /** Seconds by which the service's clock is ahead are set by the test. */
  function open(credential: Azurite["credential"] | undefined = azurite.credential) {
    const { endpoint, basePath, account } = azurite;
    const config = { kind: "azure", endpoint, basePath, account } as const;
    return openAzure(
      { ...config, credentials: { type: "ambient" } },
      {
        now: () => new Date(Date.now() + ahead * 1000),
        policy: { maxExpires: 7 * 24 * HOUR, window: 0 },
        fetch,
      },
      credential,
    ).bucket("bucket");
  }
  type Opened = ReturnType<typeof open>;
  const sign = async (bucket: Opened, expires = HOUR) =>
    bucket.sign({ method: "GET", key, expires });

  test("one serves thousands of signatures, for hours, and opens what they name", async () => {
    const bucket = open();
    await bucket.write(key, text("hello"));
    const all = await Promise.all(Array.from({ length: 1000 }, async () => sign(bucket)));
    expect(await statusOf(all[999] as SignedRequest)).toBe(200);
    ahead = 4 * HOUR;
    expect(bucket.sign({ method: "GET", key, expires: HOUR })).not.toBeInstanceOf(Promise);
    expect(asked).toHaveBeenCalledTimes(1);
  });

  test("is renewed before it is missed, and no signature is ever past its end", async () => {
    const bucket = open();
    for (ahead = 0; ahead < 24 * HOUR; ahead += 23 * MINUTE) {
      const signed = await sign(bucket);
      expect(timeIn(signed, "se")).toBeLessThanOrEqual(timeIn(signed, "ske"));
      expect(timeIn(signed, "se")).toBe(Date.parse(signed.expiresAt));
      expect(signed).not.toHaveProperty("clampedBy");
      // A key that is fetched behind the scenes comes before the next leap of the clock.
      await asked.mock.results.at(-1)?.value;
      await new Promise((done) => setImmediate(done));
    }
    expect(asked.mock.calls.length).toBeGreaterThan(3);
    expect(asked.mock.calls.length).toBeLessThan(7);
  });

  test("serves to its end while no other comes, and says so", async () => {
    const bucket = open();
    await sign(bucket);
    asked.mockRejectedValue(new Error("unreachable"));
    ahead = 7 * HOUR - 10 * MINUTE;
    const last = await sign(bucket);
    expect(last.clampedBy).toBe("delegation-key");
    expect(timeIn(last, "se")).toBe(timeIn(last, "ske"));
    expect(await statusOf(last)).toBe(200);
    ahead = 7 * HOUR;
    await expect(sign(bucket)).rejects.toMatchObject({ name: "StorageError" });
  });

  test("is refused by the store after its end, when the service has another already", async () => {
    asked.mockImplementation(askForSeconds as never);
    const bucket = open();
    const first = await sign(bucket);
    expect(first.clampedBy).toBe("delegation-key");
    expect(await statusOf(first)).toBe(200);
    await expect.poll(async () => statusOf(first), { timeout: 15_000, interval: 200 }).toBe(403);
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(first.expiresAt));
    const second = await sign(bucket);
    expect(timeIn(second, "se")).toBeGreaterThan(timeIn(first, "se"));
    expect(await statusOf(second)).toBe(200);
  });

  test("comes to a managed identity, as App Service and Functions offer it", async () => {
    const { token } = (await azurite.credential.getToken("any")) ?? { token: "" };
    const requests: string[] = [];
    const identity = await listen((request, response) => {
      requests.push(`${request.url} ${String(request.headers["x-identity-header"])}`);
      const expires_on = String(Math.floor(Date.now() / 1000) + 3600);
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ access_token: token, expires_on, token_type: "Bearer" }));
    });
    vi.stubEnv("IDENTITY_ENDPOINT", `${identity.url}/msi/token`);
    vi.stubEnv("IDENTITY_HEADER", "header-secret");
    const { endpoint, basePath, account } = azurite;
    const bucket = openAzure(
      { kind: "azure", endpoint, basePath, account, credentials: { type: "ambient" } },
      { now: () => new Date(), policy: { maxExpires: HOUR, window: 0 }, fetch },
    ).bucket("bucket");
    expect(await statusOf(await sign(bucket))).toBe(200);
    expect((await bucket.stat(key)).size).toBe(5);
    expect(requests).toEqual([
      expect.stringMatching(
        /^\/msi\/token\?.*resource=https.*storage\.azure\.com.* header-secret$/,
      ),
    ]);
    await identity.close();
  });
});
