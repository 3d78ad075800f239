import { describe, expect, test } from "vitest";
import { resolver } from "./fake-resolver.ts";

const place = (provider: string, bucket: string, key: string) => ({
  type: "object",
  provider,
  bucket,
  key,
});
const car = (key: string) => place("my-car-datasets", "cars", key);
const boat = (key: string) => place("my-boats-datasets", "boats_bucket_2020_20_10", key);
const plane = (key: string) => place("planes", "planes", key);

describe("https links into a configured bucket are decoded, to be signed", () => {
  test.each([
    ["https://cars.s3.eu-central-1.amazonaws.com/a/b.jpg", car("a/b.jpg")],
    ["https://cars.s3.amazonaws.com/a/b.jpg", car("a/b.jpg")],
    ["https://cars.s3-eu-central-1.amazonaws.com/a", car("a")],
    ["https://cars.s3.dualstack.eu-central-1.amazonaws.com/a", car("a")],
    ["https://s3.amazonaws.com/cars/a", car("a")],
    ["https://s3.eu-central-1.amazonaws.com/cars/a", car("a")],
    ["https://s3-eu-central-1.amazonaws.com/cars/a", car("a")],
    ["http://s3.amazonaws.com/cars/a", car("a")],
    ["HTTPS://S3.AmazonAWS.com:443/cars/a", car("a")],
    ["https://s3.amazonaws.com./cars/a", car("a")],
    ["https://cars.s3.amazonaws.com/a%20b%2Fc%3F+%C3%A4", car("a b/c?+ä")],
    ["https://cars.s3.amazonaws.com/a%2520b", car("a%20b")],
    ["https://cars.s3.amazonaws.com/a?x-id=GetObject", car("a")],
    ["https://cars.s3.amazonaws.com/a#top", car("a")],
    ["https://cars.s3.amazonaws.com/a?versionId=1%2F2", { ...car("a"), versionId: "1/2" }],
    ["http://minio.test:9000/shared/team-b/x", place("Lab", "shared", "team-b/x")],
    ["http://minio.test:9000/r%C3%A4ume/x", place("Lab", "räume", "x")],
    ["https://boats.blob.core.windows.net/boats_bucket_2020_20_10/a/b", boat("a/b")],
    ["https://boats.blob.core.windows.net/boats%5Fbucket_2020_20_10/a", boat("a")],
    [
      "https://boats.blob.core.windows.net/boats_bucket_2020_20_10/a?versionid=2020",
      { ...boat("a"), versionId: "2020" },
    ],
    ["http://127.0.0.1:10000/devstoreaccount1/box/a/b", place("emulator", "box", "a/b")],
    ["https://storage.googleapis.com/planes/a", plane("a")],
    ["https://planes.storage.googleapis.com/a", plane("a")],
    ["https://storage.cloud.google.com/planes/a", plane("a")],
    ["https://cars.s3-accelerate.amazonaws.com/a", car("a")],
    ["https://cars.s3-accelerate.dualstack.amazonaws.com/a", car("a")],
    ["https://cars.s3-fips.dualstack.us-east-1.amazonaws.com/a", car("a")],
    ["https://s3.dualstack.eu-central-1.amazonaws.com/cars/a", car("a")],
    ["https://cars.s3.eu-central-1.amazonaws.com/s3-website/a", car("s3-website/a")],
    ["https://boats-secondary.blob.core.windows.net/boats_bucket_2020_20_10/a", boat("a")],
    ["https://boats.dfs.core.windows.net/boats_bucket_2020_20_10/a/b", boat("a/b")],
    ["https://boats.blob.core.windows.net/boats_bucket_2020_20_10/a?sv=2020&se=x", boat("a")],
    ["https://commondatastorage.googleapis.com/planes/a", plane("a")],
    ["https://planes.storage.cloud.google.com/a", plane("a")],
    ["https://storage.googleapis.com/storage/v1/b/planes/o/a%2Fb?alt=media", plane("a/b")],
    ["https://storage.googleapis.com/download/storage/v1/b/planes/o/a%20b", plane("a b")],
    ["https://www.googleapis.com/storage/v1/b/planes/o/a", plane("a")],
    ["http://storage.test:8080/x-private/a%20b", place("fs", "x-private", "a b")],
    ["https://storage.googleapis.com/planes/a?generation=7", { ...plane("a"), versionId: "7" }],
  ])("%s", (link, expected) => {
    expect(resolver.locate(link)).toEqual(expected);
  });
});

describe("other https links stay byte for byte", () => {
  test.each([
    "https://s3-us-west-2.amazonaws.com/test1/abc",
    "https://www.example.com/",
    "https://www.example.com",
    "http://example.com/a%2Fb?x=1&y=%zz#f",
    "HTTPS://Example.COM/%7euser",
    "https://example.com/a b",
    "https://example.com/ä?q=ö",
    "https://other.blob.core.windows.net/boats_bucket_2020_20_10/a",
    "https://other.s3.amazonaws.com/cars/a",
    "http://minio.test:9001/twice/x",
    "http://127.0.0.1:10000/other/box/a",
    "https://s3.amazonaws.com.example.com/cars/a",
    "http://aws/cars/a",
    "https://other.s3-website.eu-central-1.amazonaws.com/a",
    "https://storage.googleapis.com/storage/v1/b/other/o/a",
    "https://www.googleapis.com/drive/v3/files/planes",
    "https://boats.queue.core.windows.net/boats_bucket_2020_20_10/a",
    "https://boats.z6.web.core.windows.net/a",
    "http://storage.test:8080/x-secret/a",
    "http://storage.test:8080/objects/private/a",
    // Signed already.
    "http://storage.test:8080/x-private/a?X-Amz-Signature=y",
    "https://cars.s3.amazonaws.com/a?X-Amz-Credential=x&X-Amz-Signature=y",
    "https://cars.s3.amazonaws.com/a?x-amz-signature=y",
    "https://cars.s3.amazonaws.com/a?AWSAccessKeyId=x&Signature=y&Expires=1",
    "https://boats.blob.core.windows.net/boats_bucket_2020_20_10/a?sv=2020&sig=x%2B",
    "https://storage.googleapis.com/planes/a?X-Goog-Signature=y",
  ])("%s", (link) => {
    expect(resolver.locate(link)).toEqual({ type: "public", url: link });
  });
});

describe("https links that are refused", () => {
  test.each([
    ["https://", "bad_syntax"],
    ["https:///s3.amazonaws.com/cars/a", "bad_syntax"],
    ["https://exa mple.com/", "bad_syntax"],
    ["https://example.com:99999/", "bad_syntax"],
    ["https://user:pass@example.com/", "bad_syntax"],
    ["https://user@cars.s3.amazonaws.com/a", "bad_syntax"],
    ["https://example.com/\r\nSet-Cookie: a=b", "bad_syntax"],
    ["https://example.com/\u0000", "bad_syntax"],
    ["https://example.com/\ud800", "bad_encoding"],
    ["https://cars.s3.amazonaws.com/", "bad_syntax"],
    ["https://cars.s3.amazonaws.com/?list-type=2", "bad_syntax"],
    ["https://s3.amazonaws.com/cars", "bad_syntax"],
    ["https://cars.s3.amazonaws.com/%zz", "bad_encoding"],
    ["https://cars.s3.amazonaws.com/%ff", "bad_encoding"],
    ["https://cars.s3.amazonaws.com/a?versionId=%zz", "bad_encoding"],
    [
      "https://boats.blob.core.windows.net/boats_bucket_2020_20_10/a?snapshot=2020-01-01T00:00:00Z",
      "bad_syntax",
    ],
    ["https://cars.s3-website.eu-central-1.amazonaws.com/a", "bad_syntax"],
    ["http://cars.s3-website-eu-west-1.amazonaws.com/", "bad_syntax"],
    ["https://s3.amazonaws.com/shared/team-c/a", "outside_prefix"],
    ["http://minio.test:9000/shared/team-a/a", "outside_prefix"],
    [`https://cars.s3.amazonaws.com/${"a".repeat(1025)}`, "too_long"],
  ])("%.70j is %s", (link, code) => {
    expect(resolver.locate(link)).toMatchObject({ type: "error", error: { code } });
  });
});

test("the address of a bucket's website is told what to write instead", () => {
  const link = "http://cars.s3-website-eu-west-1.amazonaws.com/a%20b/c.jpg";
  expect(resolver.locate(link)).toMatchObject({
    error: { hint: "link to the object: s3://cars/a b/c.jpg" },
  });
});
