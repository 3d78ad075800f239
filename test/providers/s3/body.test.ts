import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { toBody } from "../../../functions/providers/s3/body.ts";

test("a download that breaks before anybody reads fails the first read, and ends no process", async () => {
  const source = new Readable({ read: () => undefined });
  const lost = new Error("connection lost");
  const failure = new Error("sorted");
  const body = toBody(source, undefined, (error) => (error === lost ? failure : error));
  source.destroy(lost);
  await new Promise((done) => setImmediate(done));
  await expect(body.getReader().read()).rejects.toBe(failure);
});
