import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LinkError } from "../../../functions/core/links/link.ts";
import { SIGNATURE } from "./fake-provider.ts";
import { resolver } from "./fake-resolver.ts";
import { GET } from "./resolve-text.ts";

const PIECES: readonly string[] = [
  "s3 azure fs https http lab my-car-datasets S3 :// / // : ? # @ % %2F %zz + & = .. \\",
  "cars cars_2020_20_10 shared team-a/ x-private box planes twice boats_bucket_2020_20_10",
  "s3.amazonaws.com cars.s3.amazonaws.com storage.googleapis.com minio.test:9000 127.0.0.1",
  "boats.blob.core.windows.net devstoreaccount1 :443 :10000 [::1] 😀 ä",
  "versionId=1 X-Amz-Signature=x sig= \u0000 \ud800",
]
  .flatMap((words) => words.split(" "))
  .concat(" ", "\t");

/** Pieces that links are made of, so that random ones come near to legal ones. */
const piece = fc.oneof(fc.constantFrom(...PIECES), fc.string({ maxLength: 6, unit: "binary" }));
const link = fc.oneof(
  fc.array(piece, { maxLength: 10 }).map((pieces) => pieces.join("")),
  fc.string({ unit: "binary" }),
);

const codes: ReadonlySet<LinkError["code"]> = new Set([
  "bad_syntax",
  "unknown_scheme",
  "unknown_bucket",
  "ambiguous_provider",
  "outside_prefix",
  "bad_encoding",
  "too_long",
]);

describe("any text", () => {
  test("is an object, a public link as it stands, or one of the errors", () => {
    fc.assert(
      fc.property(link, (text) => {
        const located = resolver.locate(text);
        const legal = {
          error: () => located.type === "error" && codes.has(located.error.code),
          public: () => located.type === "public" && located.url === text && /^https?:/i.test(text),
          object: () => located.type === "object" && located.key !== "",
        };
        expect(legal[located.type]()).toBe(true);
      }),
      { numRuns: 5000 },
    );
  });

  test("never gives an unsigned URL in place of a signed one", async () => {
    await fc.assert(
      fc.asyncProperty(link, async (text) => {
        const located = resolver.locate(text);
        const answer = await resolver.sign(text, located, GET);
        const url = "url" in answer ? answer.url : undefined;
        const signed = url === undefined || url.includes(SIGNATURE);
        expect(signed || (located.type === "public" && url === text)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("any address of a configured bucket", () => {
  const key = fc.string({ minLength: 1, maxLength: 40, unit: "grapheme" });
  const addresses = [
    "https://cars.s3.eu-central-1.amazonaws.com",
    "https://s3.amazonaws.com/cars",
    "https://cars.s3-eu-west-1.amazonaws.com",
    "http://minio.test:9000/twice",
    "https://boats.blob.core.windows.net/boats_bucket_2020_20_10",
    "http://127.0.0.1:10000/devstoreaccount1/box",
    "https://storage.googleapis.com/planes",
    "https://planes.storage.googleapis.com",
  ];
  /** Queries that are no signature. */
  const query = fc.constantFrom("", "?", "?a=b", "?X-Amz-Expires=1", "#sig=x", "?signature-x=1");

  test("is signed for the key that it encodes", async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...addresses), key, query, async (address, text, rest) => {
        const encoded = text.split("/").map(encodeURIComponent).join("/");
        const written = `${address}/${encoded}${rest}`;
        const located = resolver.locate(written);
        expect(located).toMatchObject({ type: "object", key: text });
        expect(await resolver.sign(written, located, GET)).toMatchObject({
          url: expect.stringContaining(SIGNATURE),
        });
      }),
      { numRuns: 1000 },
    );
  });
});
