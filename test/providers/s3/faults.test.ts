import type { RequestListener } from "node:http";
import type { StorageError } from "@remote-storage/core/storage/errors.ts";
import { parseKey } from "@remote-storage/core/storage/key.ts";
import type { Bucket } from "@remote-storage/core/storage/provider.ts";
import { afterEach, describe, expect, test } from "vitest";
import { openS3 } from "../../../functions/providers/s3/provider.ts";
import { configOf, contextOf } from "./config.ts";
import { errorXml, type FaultServer, startFaultServer } from "./fault-server.ts";

const key = parseKey("a/b c");

function kindOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => "succeeded",
    (error: StorageError) => error.kind,
  );
}

/** Is in the region `home`, and says so to who signed for another. */
const elsewhere: RequestListener = (request, response) => {
  const scope = request.headers.authorization?.includes("/home/s3/");
  if (scope === true) response.writeHead(200, { etag: '"1"', "content-length": "0" }).end();
  else {
    const region = "<Region>home</Region>";
    response.writeHead(400).end(errorXml("AuthorizationHeaderMalformed", region));
  }
};

describe("a store that fails", () => {
  let server: FaultServer | undefined;
  afterEach(() => server?.close());

  async function open(listener: RequestListener, region?: string): Promise<Bucket> {
    server = await startFaultServer(listener);
    const config = configOf(server.url, region === undefined ? {} : { region });
    return openS3(config, contextOf()).bucket("bucket");
  }

  test.each([
    [503, "SlowDown", "throttled", 3],
    [500, "InternalError", "unavailable", 3],
    [403, "AccessDenied", "denied", 1],
    [403, "InvalidAccessKeyId", "credentials", 1],
    [403, "SignatureDoesNotMatch", "credentials", 1],
    [403, "InvalidObjectState", "denied", 1],
    [404, "NoSuchKey", "not-found", 1],
    [404, "NoSuchBucket", "no-bucket", 1],
    [412, "PreconditionFailed", "precondition-failed", 1],
    [416, "InvalidRange", "range-not-satisfiable", 1],
    [501, "NotImplemented", "unsupported", 1],
    [400, "KeyTooLongError", "invalid-key", 1],
    [409, "SomethingNew", "conflict", 1],
    [418, "SomethingNew", "unavailable", 1],
  ])("%i %s is %s after %i attempts", async (status, code, kind, attempts) => {
    const bucket = await open((_, response) => {
      response.writeHead(status, { "content-type": "application/xml" }).end(errorXml(code));
    });
    expect(await kindOf(bucket.read(key))).toBe(kind);
    expect(server?.requests).toHaveLength(attempts);
  });

  test("a failure that passes is not noticed", async () => {
    let calls = 0;
    const bucket = await open((request, response) => {
      calls += 1;
      const first = calls === 1;
      request.resume().on("end", () => {
        if (first) response.writeHead(503).end(errorXml("SlowDown"));
        else response.writeHead(200, { etag: '"1"' }).end();
      });
    });
    expect((await bucket.write(key, new Uint8Array(10))).etag).toBe('"1"');
  });

  test("a connection that is reset is unavailable", async () => {
    const bucket = await open((request) => request.socket.resetAndDestroy());
    expect(await kindOf(bucket.read(key))).toBe("unavailable");
  });

  test("nobody there is unavailable", async () => {
    const bucket = await open(() => undefined);
    await server?.close();
    server = undefined;
    expect(await kindOf(bucket.stat(key))).toBe("unavailable");
  });

  test("a body that ends too soon fails where it is read, as unavailable", async () => {
    const bucket = await open((_, response) => {
      response.writeHead(200, { "content-length": "1000", etag: '"1"' });
      response.write("only this", () => response.destroy());
    });
    const result = await bucket.read(key);
    if (result.state === "unchanged") throw new Error("nothing was asked to be unchanged");
    const reading = new Response(result.body as ReadableStream<Uint8Array<ArrayBuffer>>).text();
    await expect(reading).rejects.toMatchObject({ kind: "unavailable" });
  });

  test("a body that breaks before it is read fails when it is", async () => {
    const { promise: broken, resolve } = Promise.withResolvers<void>();
    const bucket = await open((request, response) => {
      request.socket.on("close", () => resolve());
      response.writeHead(200, { "content-length": "1000", etag: '"1"' });
      response.write("only this", () => request.socket.resetAndDestroy());
    });
    const result = await bucket.read(key);
    await broken;
    if (result.state === "unchanged") throw new Error("nothing was asked to be unchanged");
    const reading = new Response(result.body as ReadableStream<Uint8Array<ArrayBuffer>>).text();
    await expect(reading).rejects.toMatchObject({ kind: "unavailable" });
  });

  test("an upload whose last reply was lost is complete", async () => {
    let completions = 0;
    const bucket = await open((request, response) => {
      request.resume().on("end", () => {
        if (request.method === "HEAD") {
          const etag = '"4ae71336e44bf9bf79d2752e234818a5-1"';
          response.writeHead(200, { "content-length": "5", etag }).end();
        } else if (++completions === 1) request.socket.resetAndDestroy();
        else response.writeHead(404).end(errorXml("NoSuchUpload"));
      });
    });
    const parts = [{ number: 1, etag: '"00000000000000000000000000000000"' }];
    expect((await bucket.multipart.complete(key, "upload", parts)).size).toBe(5);
    const other = [{ number: 1, etag: '"11111111111111111111111111111111"' }];
    expect(await kindOf(bucket.multipart.complete(key, "upload", other))).toBe("not-found");
  });

  test("an abort while the body is read is the signal's reason", async () => {
    const bucket = await open((_, response) => {
      response.writeHead(200, { "content-length": "1000", etag: '"1"' });
      response.write("the rest never comes");
    });
    const controller = new AbortController();
    const result = await bucket.read(key, { signal: controller.signal });
    if (result.state === "unchanged") throw new Error("nothing was asked to be unchanged");
    const reader = result.body.getReader();
    await reader.read();
    const reason = new Error("no longer wanted");
    const next = reader.read();
    controller.abort(reason);
    await expect(next).rejects.toBe(reason);
  });

  test("an abort while the store keeps silent is the signal's reason", async () => {
    const controller = new AbortController();
    const reason = new Error("no longer wanted");
    const bucket = await open(() => controller.abort(reason));
    await expect(bucket.stat(key, { signal: controller.signal })).rejects.toBe(reason);
  });

  test("an error inside a 200 is an error", async () => {
    const bucket = await open((request, response) => {
      const headers = request.method === "HEAD" ? { etag: '"1"', "content-length": "5" } : {};
      response.writeHead(200, headers);
      response.end(request.method === "HEAD" ? undefined : errorXml("AccessDenied"));
    });
    const copying = bucket.copy(key, { bucket: bucket.name, key });
    expect(await kindOf(copying)).toBe("denied");
  });

  test("a refusal of a HEAD is explained by a GET", async () => {
    const bucket = await open((request, response) => {
      response.writeHead(403);
      response.end(request.method === "HEAD" ? undefined : errorXml("InvalidAccessKeyId"));
    });
    expect(await kindOf(bucket.stat(key))).toBe("credentials");
    expect(server?.requests).toEqual([
      "HEAD /bucket/a/b%20c",
      "GET /bucket/a/b%20c?x-id=GetObject",
    ]);
  });

  test("another region that the store names is learned", async () => {
    const bucket = await open(elsewhere);
    expect((await bucket.stat(key)).etag).toBe('"1"');
    const signed = await bucket.sign({ method: "GET", key, expires: 60 });
    expect(signed.url).toContain("%2Fhome%2Fs3%2F");
  });

  test("another region than the configured one is wrong-region, and is named", async () => {
    const bucket = await open(elsewhere, "us-east-1");
    const error = await bucket.read(key).catch((cause: unknown) => cause);
    expect(error).toMatchObject({ kind: "wrong-region", message: expect.stringContaining("home") });
  });
});
