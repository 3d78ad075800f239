import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { fromDownload } from "../../../functions/providers/google/body.ts";

const place = { provider: "google", operation: "read" };

test("a download that breaks before anybody reads fails the first read, and ends no process", async () => {
  const source = new Readable({ read: () => undefined });
  const body = fromDownload(source, place, undefined);
  source.destroy(new Error("connection lost"));
  await new Promise((done) => setImmediate(done));
  await expect(body.getReader().read()).rejects.toMatchObject({ kind: "unavailable" });
});
