import { RemoteLinksError } from "@remote-storage/core/links/remote-links-error.ts";
import { describe, expect, test } from "vitest";
import { readLinkedPlaces } from "../../infra/linked-places.ts";

const read = (text: string, env: Record<string, string> = {}) =>
  readLinkedPlaces(text, env, () => "");

describe("what remote_links.yml asks of the roles", () => {
  test("buckets and prefixes without keys, each once", () => {
    const text = `
cars:
  provider: s3
  region: eu-central-1
  buckets: [cars, shared/team-a/]
more-cars:
  provider: minio
  endpoint: s3.amazonaws.com
  buckets: [cars, trucks]
`;
    expect(read(text)).toMatchObject({
      places: [
        { bucket: "cars", prefix: "" },
        { bucket: "shared", prefix: "team-a/" },
        { bucket: "trucks", prefix: "" },
      ],
      roles: [],
    });
  });

  test("roles, and then none of their buckets", () => {
    const role = "arn:aws:iam::444455556666:role/reader";
    const text = `
a: {provider: s3, region: eu-central-1, iam_role: "${role}", external_id: some-thing, buckets: [a]}
b: {provider: s3, region: eu-central-1, iam_role: reader, buckets: [b]}
c: {provider: s3, region: eu-central-1, iam_role: reader, buckets: [c]}
`;
    expect(read(text)).toMatchObject({ places: [], roles: [role, "reader"] });
  });

  test("nothing for keys, for other stores and for their roles", () => {
    const text = `
keys: {provider: s3, region: eu-central-1, access_key: a, secret_key: b, buckets: [x]}
own-role: {provider: minio, endpoint: "http://minio:9000", iam_role: reader, buckets: [x]}
ambient: {provider: minio, endpoint: "http://minio:9000", buckets: [x]}
blobs: {provider: azure, access_key: account, buckets: [x]}
maps: {provider: google, buckets: [x]}
`;
    expect(read(text)).toMatchObject({ places: [], roles: [] });
  });

  test("without the secrets at hand", () => {
    const text = `
keys: {provider: s3, region: eu-central-1, access_key: "\${ID}", secret_key: "\${KEY}", buckets: [x]}
role: {provider: s3, region: "\${REGION}", iam_role: "\${ROLE}", buckets: [y]}
`;
    expect(read(text, { REGION: "eu-central-1", ROLE: "reader" }).roles).toEqual(["reader"]);
    expect(() => read(text, { REGION: "eu-central-1" })).toThrow("role: iam_role must be known");
  });

  test.each(["*", "a*", "x?y", "${*}", "ab", "UPPER", "_x_"])(
    "refuses the bucket %s, which S3 does not know and a policy might",
    (name) => {
      const text = `a: {provider: s3, region: eu-central-1, buckets: ["${name}"]}`;
      expect(() => read(text)).toThrow(/is no bucket of S3|mistake/);
    },
  );

  test("passes the file's own mistakes on", () => {
    expect(() => read("a: {provider: s4, buckets: [x]}")).toThrow(RemoteLinksError);
  });
});
