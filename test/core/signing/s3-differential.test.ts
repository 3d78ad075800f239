import { createHash, createHmac, type Hash, type Hmac } from "node:crypto";
import { SignatureV4 } from "@smithy/signature-v4";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createS3Presigner } from "../../../functions/core/signing/s3-presigner.ts";
import { encodePath } from "../../../functions/core/signing/uri-encode.ts";
import { propertyRuns } from "../../support/property-runs.ts";
import { filename, identifier, objectKey, seconds, secret, signingTime } from "./arbitraries.ts";

/** What the SDK's signer asks of a hash. */
class NodeSha256 {
  readonly #key: string | Uint8Array | undefined;
  #hash: Hash | Hmac;
  constructor(key?: string | ArrayBuffer | ArrayBufferView) {
    this.#key = key as string | Uint8Array | undefined;
    this.#hash = this.#start();
  }
  #start(): Hash | Hmac {
    return this.#key === undefined ? createHash("sha256") : createHmac("sha256", this.#key);
  }
  reset(): void {
    this.#hash = this.#start();
  }
  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(data as string | Uint8Array);
  }
  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest());
  }
}

const payloadHeader = "x-amz-content-sha256";

const read = fc.record(
  {
    method: fc.constantFrom("GET" as const, "HEAD" as const),
    key: objectKey,
    expires: seconds,
    download: filename,
    versionId: identifier,
  },
  { requiredKeys: ["method", "key", "expires"] },
);

const upload = {
  method: fc.constant("PUT" as const),
  key: objectKey,
  expires: seconds,
  contentType: fc.constantFrom("image/jpeg", 'text/plain;  charset="utf-8"'),
  contentLength: fc.nat(),
  checksumSha256: fc
    .uint8Array({ minLength: 32, maxLength: 32 })
    .map((bytes) => Buffer.from(bytes).toString("base64")),
};
const part = fc.record({ uploadId: identifier, number: fc.integer({ min: 1, max: 10_000 }) });

const write = fc.oneof(
  fc.record(
    { ...upload, ifNoneMatch: fc.constant("*" as const) },
    { requiredKeys: ["method", "key", "expires"] },
  ),
  fc.record({ ...upload, part }, { requiredKeys: ["method", "key", "expires"] }),
);

const target = fc.record({
  region: fc.constantFrom("us-east-1", "eu-central-1", "auto"),
  place: fc.constantFrom(
    { host: "cats.s3.eu-central-1.amazonaws.com", protocol: "https:", basePath: "" },
    { host: "127.0.0.1", port: 9000, protocol: "http:", basePath: "/cats" },
    { host: "minio.example", port: 8443, protocol: "https:", basePath: "/_a.b" },
  ),
});

const credentials = fc.record(
  { accessKeyId: secret, secretAccessKey: secret, sessionToken: secret },
  { requiredKeys: ["accessKeyId", "secretAccessKey"] },
);

test("signs what the AWS SDK's signer signs", async () => {
  const property = fc.asyncProperty(
    fc.oneof(read, write),
    target,
    credentials,
    signingTime,
    async (intent, { region, place }, keys, signedAt) => {
      const host = place.port === undefined ? place.host : `${place.host}:${place.port}`;
      const origin = `${place.protocol}//${host}`;
      const ours = createS3Presigner({ origin, basePath: place.basePath, region }, keys)(intent, {
        signedAt,
        seconds: intent.expires,
        expiresAt: "",
      });
      const query = Object.fromEntries(new URL(ours.url).searchParams);
      const operation = Object.entries(query).filter(([name]) => !name.startsWith("X-Amz-"));
      const unhoistableHeaders = new Set([payloadHeader, ...Object.keys(ours.headers)]);
      const theirs = await new SignatureV4({
        service: "s3",
        region,
        credentials: keys,
        sha256: NodeSha256,
        uriEscapePath: false,
        applyChecksum: false,
      }).presign(
        {
          method: intent.method,
          protocol: place.protocol,
          hostname: place.host,
          ...(place.port !== undefined && { port: place.port }),
          path: `${place.basePath}/${encodePath(intent.key)}`,
          query: Object.fromEntries(operation),
          headers: { host, [payloadHeader]: "UNSIGNED-PAYLOAD", ...ours.headers },
        },
        {
          signingDate: signedAt,
          expiresIn: intent.expires,
          unhoistableHeaders,
          unsignableHeaders: new Set([payloadHeader]),
        },
      );
      expect(query).toEqual(theirs.query);
    },
  );
  await fc.assert(property, { numRuns: propertyRuns(500, 10_000) });
}, 120_000);
