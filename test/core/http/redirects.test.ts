import { describe, expect, test } from "vitest";
import { everybody, fakeBucket, openFixture } from "./fixture.ts";

/** Signs as Azure does: the PUT is refused without this header. */
const azure = fakeBucket("own-private", {
  sign: ({ method }) => ({
    method,
    url: "https://account.blob.core.windows.net/own-private/x?sig=s",
    headers: { "x-ms-blob-type": "BlockBlob" },
    expiresAt: "2030-01-01T00:01:00Z",
  }),
});
const fixture = openFixture({ buckets: { public: fakeBucket("own-public"), private: azure } });

describe("a redirect", () => {
  test("is 428 when the store wants a header that the client does not send", async () => {
    const answer = await fixture.send(everybody, "PUT", "/objects/private/x");
    expect(answer.status).toBe(428);
    const { code, detail } = (await answer.json()) as { code: string; detail: string };
    expect(code).toBe("header_required");
    expect(detail).toContain("x-ms-blob-type: BlockBlob");
  });

  test("is given when the client sends it, and without redirect the header is named", async () => {
    const headers = { "x-ms-blob-type": "BlockBlob" };
    const answer = await fixture.send(everybody, "PUT", "/objects/private/x", { headers });
    expect(answer.status).toBe(307);
    const signed = await fixture.send(everybody, "PUT", "/objects/private/x?redirect=false");
    expect(await signed.json()).toMatchObject({ headers });
  });

  test("may be kept for half the rest of its life: 30 s of 60", async () => {
    const headers = { "x-ms-blob-type": "BlockBlob" };
    const answer = await fixture.send(everybody, "PUT", "/objects/private/x", { headers });
    expect(answer.headers.get("cache-control")).toBe("private, max-age=30");
  });
});
