import { createLinkResolver } from "@remote-storage/core/links/resolver.ts";
import { describe, expect, test } from "vitest";
import { openSide } from "../../../functions/aws/migrate/sides.ts";
import { openS3 } from "../../../functions/providers/s3/provider.ts";
import { configOf, contextOf } from "../../providers/s3/config.ts";

const provider = openS3(configOf("http://minio:9000"), contextOf());
const own = provider.bucket("vision-private");
const resolver = createLinkResolver({
  entries: [{ name: "cars", provider, buckets: [{ bucket: "shared", prefix: "team-a/" }] }],
  own: [own],
});

describe("a side of a migration", () => {
  test("is a prefix of a bucket", () => {
    const link = "cars://shared/team-a/a b/%41/";
    expect(openSide("MIGRATION_FROM", link, resolver)).toMatchObject({
      name: link,
      prefix: "team-a/a b/%41/",
      bucket: { name: "shared" },
    });
    const { bucket, prefix } = openSide("MIGRATION_TO", "fs://vision-private/", resolver);
    expect({ same: bucket === own, prefix }).toEqual({ same: true, prefix: "" });
  });

  test.each([
    [undefined, "must be a link that ends in /"],
    ["cars://shared/team-a", "must be a link that ends in /"],
    ["cars://shared/team-b/", "lies outside shared/team-a/"],
    ["cars://other/", "other"],
    ["https://example.com/x/", "public link"],
  ])("%s is none", (link, why) => {
    expect(() => openSide("MIGRATION_FROM", link, resolver)).toThrow(/^MIGRATION_FROM/);
    expect(() => openSide("MIGRATION_FROM", link, resolver)).toThrow(why);
  });
});
