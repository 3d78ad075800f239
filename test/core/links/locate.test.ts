import { describe, expect, test } from "vitest";
import { resolver } from "./fake-resolver.ts";

const car = { provider: "my-car-datasets", bucket: "cars_2020_20_10" };

describe("links to objects", () => {
  test.each([
    ["s3://cars_2020_20_10/truck.jpg", car, "truck.jpg"],
    ["minio://cars_2020_20_10/truck.jpg", car, "truck.jpg"],
    ["S3://cars_2020_20_10/truck.jpg", car, "truck.jpg"],
    ["my-car-datasets://cars_2020_20_10/a/b", car, "a/b"],
    ["MY-CAR-datasets://cars_2020_20_10/a/b", car, "a/b"],
    ["lab://twice/a", { provider: "Lab", bucket: "twice" }, "a"],
    ["LAB://räume/ü", { provider: "Lab", bucket: "räume" }, "ü"],
    [
      "azure://boats_bucket_2020_20_10/supersonicboat.jpg",
      { provider: "my-boats-datasets", bucket: "boats_bucket_2020_20_10" },
      "supersonicboat.jpg",
    ],
    ["azure-blob://box/a", { provider: "emulator", bucket: "box" }, "a"],
    ["gs://planes/a", { provider: "planes", bucket: "planes" }, "a"],
    ["gcs://planes/a", { provider: "planes", bucket: "planes" }, "a"],
    ["google://planes/a", { provider: "planes", bucket: "planes" }, "a"],
    ["fs://x-private/k", { provider: "fs", bucket: "x-private" }, "k"],
    ["fs://x-public/k", { provider: "fs", bucket: "x-public" }, "k"],
  ])("%s", (link, place, key) => {
    expect(resolver.locate(link)).toEqual({ type: "object", ...place, key });
  });

  test.each([
    "a b.jpg",
    "a%20b.jpg",
    "a?b=c",
    "a#b",
    "a+b",
    "100%",
    "ä/漢字/😀",
    "//x//",
    "../x",
    "./x",
    "x://y/z",
    " a ",
    "a\\b",
    "a\tb",
    "team/",
    "https://x/y",
  ])("the object name %j is literal", (key) => {
    expect(resolver.locate(`s3://cars/${key}`)).toEqual({
      type: "object",
      provider: "my-car-datasets",
      bucket: "cars",
      key,
    });
  });

  test.each([
    ["s3://shared/team-a/x", "my-car-datasets"],
    ["s3://shared/team-b/x", "Lab"],
    ["s3://shared/team-a/secret/x", "my-car-datasets"],
  ])("the longest prefix wins, across providers: %s", (link, provider) => {
    expect(resolver.locate(link)).toMatchObject({ type: "object", provider });
  });
});

describe("links that lead nowhere", () => {
  test.each([
    ["", "bad_syntax", "<scheme>://<bucket>/<object name>"],
    ["truck.jpg", "bad_syntax", "<scheme>://"],
    ["/cars/truck.jpg", "bad_syntax", "<scheme>://"],
    ["s3:/cars/truck.jpg", "bad_syntax", "<scheme>://"],
    ["://cars/x", "bad_syntax", "<scheme>://"],
    ["a b://cars/x", "bad_syntax", "<scheme>://"],
    ["s3://cars", "bad_syntax", "<scheme>://"],
    ["s3://cars/", "bad_syntax", "<scheme>://"],
    ["s3:///x", "bad_syntax", "<scheme>://"],
    ["s3://AKIA:secret@cars/x", "bad_syntax", "leave it out"],
    ["s4://cars/x", "unknown_scheme", "did you mean s3://?"],
    ["azur://box/x", "unknown_scheme", "did you mean azure://?"],
    ["abfss://box/x", "unknown_scheme", "did you mean azure://?"],
    ["s3a://cars/x", "unknown_scheme", "did you mean s3://?"],
    ["file://x/y", "unknown_scheme", "did you mean fs://?"],
    ["my-car-dataset://cars/x", "unknown_scheme", "did you mean my-car-datasets://?"],
    ["dropbox://cars/x", "unknown_scheme", "remote_links.yml"],
    ["constructor://cars/x", "unknown_scheme", "remote_links.yml"],
    ["s3://cars_2020_20_11/x", "unknown_bucket", "did you mean cars_2020_20_10?"],
    ["s3://box/x", "unknown_bucket", "did you mean azure://box/?"],
    ["planes://cars/x", "unknown_bucket", "did you mean s3://cars/?"],
    ["s3://elsewhere/x", "unknown_bucket", "remote_links.yml"],
    ["fs://y-private/x", "unknown_bucket", "did you mean x-private?"],
    ["fs://elsewhere/x", "unknown_bucket", "by their full names"],
    ["s3://Cars/x", "unknown_bucket", "did you mean cars?"],
    ["s3://twice/x", "ambiguous_provider", "my-car-datasets:// or Lab://"],
    ["s3://shared/x", "outside_prefix", "prefix"],
    ["s3://shared/team-a", "outside_prefix", "prefix"],
    ["s3://shared/team-ab/x", "outside_prefix", "prefix"],
    ["lab://shared/team-a/x", "outside_prefix", "prefix"],
  ])("%j is %s", (link, code, hint) => {
    expect(resolver.locate(link)).toMatchObject({
      type: "error",
      error: { code, hint: expect.stringContaining(hint) },
    });
  });

  test.each([
    [`s3://cars/${"a".repeat(1024)}`, "object"],
    [`s3://cars/${"a".repeat(1025)}`, "too_long"],
    [`s3://cars/${"漢".repeat(342)}`, "too_long"],
    [`https://x.test/${"a".repeat(8192)}`, "too_long"],
    [`s3://${"a".repeat(9000)}/x`, "too_long"],
    [`s3://cars/\ud800`, "bad_encoding"],
    [`s3://\ud800/x`, "bad_encoding"],
  ])("%.40j… is %s", (link, outcome) => {
    const located = resolver.locate(link);
    expect(located.type === "error" ? located.error.code : located.type).toBe(outcome);
  });

  test("a key or password in a link is not repeated", () => {
    for (const link of ["s3://AKIA:s3cret@cars/x", "https://user:s3cret@x.test/y"]) {
      expect(JSON.stringify(resolver.locate(link))).not.toContain("s3cret");
    }
  });
});

test("the summaries of the providers", () => {
  expect(resolver.providers.slice(0, 2)).toEqual([
    {
      name: "my-car-datasets",
      kind: "minio",
      buckets: ["cars_2020_20_10", "cars", "shared/team-a/", "shared/team-a/secret/", "twice"],
    },
    { name: "Lab", kind: "minio", buckets: ["shared/team-b/", "twice", "räume"] },
  ]);
});
