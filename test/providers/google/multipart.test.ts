import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { parseKey } from "@remote-storage/core/storage/key.ts";
import { expect, test } from "vitest";
import { failureKind } from "../conformance/stage.ts";
import { openBucket, resource } from "./store.ts";

const key = parseKey("a b/1.bin");
const parts = `<?xml version='1.0'?><ListPartsResult><Key>a</Key><IsTruncated>false</IsTruncated>
  <Part><PartNumber>1</PartNumber><ETag>&quot;0e1&#34;</ETag><Size>5242880</Size></Part></ListPartsResult>`;

/** A store with one part; `joined` is its answer to the joining. */
async function store(joined: string) {
  const seen: string[] = [];
  const answer = (request: IncomingMessage, response: ServerResponse, sent: string) => {
    seen.push(`${request.method} ${request.url} ${sent}`);
    if (request.url?.startsWith("/storage/")) {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify(resource(key)));
    } else {
      response.end(request.method === "GET" ? parts : joined);
    }
  };
  const bucket = await openBucket((request, response) => {
    void text(request).then((sent) => answer(request, response, sent));
  });
  return { bucket, seen };
}

test("joins the parts that have arrived under the etags that the store gave", async () => {
  const { bucket, seen } = await store("<CompleteMultipartUploadResult/>");
  const stat = await bucket.multipart.complete(key, "id/1", [{ number: 1 }]);
  expect(stat).toMatchObject({ key, versionId: "17" });
  expect(seen.slice(0, 2)).toEqual([
    "GET /b/a%20b/1.bin?uploadId=id%2F1 ",
    "POST /b/a%20b/1.bin?uploadId=id%2F1 <CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>&quot;0e1&quot;</ETag></Part></CompleteMultipartUpload>",
  ]);
});

test("parts' etags are text, whether their quotes come by name or by number", async () => {
  const { bucket } = await store("");
  expect(await bucket.multipart.parts(key, "id")).toEqual([
    { number: 1, size: 5_242_880, etag: '"0e1"' },
  ]);
});

test("an error behind a 200 is not taken for success", async () => {
  const { bucket } = await store("<Error><Code>InternalError</Code></Error>");
  const joining = bucket.multipart.complete(key, "id", [{ number: 1 }]);
  expect(await failureKind(joining)).toBe("unavailable");
});

test.each(["", "<html>captive portal</html>", "<InitiateMultipartUploadResult/>"])(
  "an upload without an id is none: %j",
  async (answer) => {
    const { bucket } = await store(answer);
    expect(await failureKind(bucket.multipart.create(key))).toBe("unavailable");
  },
);
