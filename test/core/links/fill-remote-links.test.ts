import { fillRemoteLinks } from "@remote-storage/core/links/fill-remote-links.ts";
import { parseRemoteLinks } from "@remote-storage/core/links/remote-links.ts";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { propertyRuns } from "../../support/property-runs.ts";

const noFile = (): string => {
  throw new Error("no file");
};
const serviceAccount = JSON.stringify(
  { client_email: "a@b.example", private_key: "-----BEGIN PRIVATE KEY-----\nx\n" },
  null,
  2,
);

const entry = (secret: string) => `# the team's
cars:
  provider: minio
  endpoint: "https://\${HOST_OF_CARS}:9000" # here
  access_key: reader
  secret_key: ${secret}
  buckets: [cars, "shared/\${TEAM}/"]
`;

describe("filling remote_links.yml in", () => {
  test("replaces variables and keeps comments", () => {
    const env = { HOST_OF_CARS: "s3.example.com", TEAM: "a", KEY: "k: e # y" };
    const filled = fillRemoteLinks(entry("${KEY}"), env, noFile);
    expect(filled).toContain("# the team's");
    expect(filled).toContain("# here");
    expect(parseRemoteLinks(filled, {})).toEqual(parseRemoteLinks(entry("${KEY}"), env));
  });

  test("takes files of service accounts in", () => {
    const text =
      "maps:\n  provider: google\n  credentials_file: ${FOLDER}/sa.json\n  buckets: [maps]\n";
    const files = (path: string) => (path === "/keys/sa.json" ? serviceAccount : noFile());
    const filled = fillRemoteLinks(text, { FOLDER: "/keys" }, files);
    expect(filled).not.toContain("credentials_file");
    expect(parseRemoteLinks(filled, {}, noFile)).toEqual(
      parseRemoteLinks(text, { FOLDER: "/keys" }, files),
    );
  });

  test("whatever a secret is, it is read again as it was", () => {
    const env = { HOST_OF_CARS: "s3.example.com", TEAM: "a" };
    const secret = fc
      .string({ unit: "binary-ascii", minLength: 1 })
      .filter((text) => /^[\x21-\x7E]+$/.test(text) && !/^<[^<>]+>$/.test(text));
    fc.assert(
      fc.property(secret, (KEY) => {
        const filled = fillRemoteLinks(entry("${KEY}"), { ...env, KEY }, noFile);
        expect(parseRemoteLinks(filled, {}).entries[0]?.config).toMatchObject({
          credentials: { secretKey: KEY },
        });
      }),
      { numRuns: propertyRuns(100, 10_000), examples: [["~"], ["null"], ["${X}"], ["$${X}"]] },
    );
  });

  test("does not take an example for a key", () => {
    const env = { HOST_OF_CARS: "s3.example.com", TEAM: "a" };
    expect(() => fillRemoteLinks(entry("<the secret key>"), env, noFile)).toThrow(
      "cars: secret_key still to be filled in",
    );
  });

  test("says which variable is missing", () => {
    expect(() => fillRemoteLinks(entry("${KEY}"), { KEY: "k" }, noFile)).toThrow("HOST_OF_CARS");
  });
});
