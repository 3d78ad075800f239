import { parseKey } from "@remote-storage/core/storage/key.ts";
import { createLinkResolver } from "@remote-storage/core/links/resolver.ts";
import { describe, expect, test } from "vitest";
import { openS3 } from "../../../functions/providers/s3/provider.ts";
import { configOf, contextOf } from "./config.ts";

const fetch = async () => new Response(null, { headers: { "x-amz-bucket-region": "eu-west-1" } });

describe("links into a bucket whose region is not configured", () => {
  const provider = openS3(configOf("s3.amazonaws.com"), contextOf({ fetch }));
  const resolver = createLinkResolver({
    entries: [{ name: "cars", provider, buckets: [{ bucket: "cars", prefix: "" }] }],
    own: [],
  });
  const links = [
    "https://cars.s3.eu-west-1.amazonaws.com/a%20b.jpg",
    "https://s3.eu-west-1.amazonaws.com/cars/a%20b.jpg",
    "https://cars.s3.dualstack.eu-west-1.amazonaws.com/a%20b.jpg",
    "https://cars.s3.amazonaws.com/a%20b.jpg",
    "https://s3.amazonaws.com/cars/a%20b.jpg",
  ];
  const found = { type: "object", provider: "cars", bucket: "cars", key: "a b.jpg" };

  test.each(links)("%s is recognised before the region is known, and after", async (link) => {
    expect(resolver.locate(link)).toMatchObject(found);
    const located = resolver.locate(link);
    const key = parseKey(found.key);
    const signed = await resolver.bucket(located)?.sign({ method: "HEAD", key, expires: 60 });
    expect(signed?.url).toContain("https://cars.s3.eu-west-1.amazonaws.com/a%20b.jpg?");
    expect(resolver.locate(signed?.url.split("?")[0] ?? "")).toMatchObject(found);
    expect(resolver.locate(link)).toMatchObject(found);
  });
});
