import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { startInstanceMetadata } from "../support/instance-metadata.ts";
import { startSts, type Sts } from "../support/sts.ts";
import { openPlace, type Place } from "./command.ts";

const READER = "arn:aws:iam::210987654321:role/reader";

const remoteLinks = `
customer:
  provider: s3
  region: eu-central-1
  iam_role: ${READER}
  external_id: customer-7
  session_duration: 2h
  buckets:
    - cars
    - shared/team-a/
`;

/** A place with the entry, and the STS that it asks. */
async function stage(): Promise<{ place: Place; sts: Sts }> {
  const place = await openPlace();
  await writeFile(join(place.folder, "remote_links.yml"), remoteLinks);
  const roles = { [READER]: { externalId: "customer-7", longest: 43_200 } };
  const sts = await startSts({ keys: { AKIAWORKER: "worker", AKIAVM: "vm" }, roles });
  onTestFinished(() => sts.close());
  return { place, sts };
}

describe("the command line with a role of another account", () => {
  test("assumes it with its external id, narrowed to its buckets, and says how long that lasts", async () => {
    const { place, sts } = await stage();
    const env = {
      AWS_ACCESS_KEY_ID: "AKIAWORKER",
      AWS_SECRET_ACCESS_KEY: "worker",
      AWS_ENDPOINT_URL_STS: sts.url,
    };
    const args = ["sign", "customer://cars/a b.jpg", "--expires", "1d", "--json"];
    const { code, stdout, stderr } = await place.run(args, { env });
    expect([code, stderr]).toEqual([0, ""]);
    const signed = JSON.parse(stdout);
    expect(signed.url).toContain("https://cars.s3.eu-central-1.amazonaws.com/a%20b.jpg?");
    expect(signed.url).toContain("X-Amz-Credential=ASIA1%2F");
    expect(signed.clampedBy).toBe("credentials");
    expect(Date.parse(signed.expiresAt)).toBeLessThanOrEqual(sts.ends[0]?.getTime() ?? 0);
    expect(sts.calls).toHaveLength(1);
    expect(Object.fromEntries(sts.calls[0] ?? [])).toMatchObject({
      Action: "AssumeRole",
      RoleArn: READER,
      ExternalId: "customer-7",
      DurationSeconds: "7200",
      RoleSessionName: "remote-storage-customer",
      Policy: expect.stringContaining('"arn:aws:s3:::shared/team-a/*"'),
    });
    expect(sts.scopes[0]).toMatch(/^AKIAWORKER\/\d{8}\/eu-central-1\/sts\/aws4_request$/);
  });

  test("assumes it from what instance metadata gives, once for many links", async () => {
    const { place, sts } = await stage();
    const keys = {
      accessKey: "AKIAVM",
      secretKey: "vm",
      expiresAt: new Date(Date.now() + 21_600_000),
    };
    const metadata = await startInstanceMetadata(() => keys);
    onTestFinished(() => metadata.close());
    const env = { AWS_EC2_METADATA_SERVICE_ENDPOINT: metadata.url, AWS_ENDPOINT_URL_STS: sts.url };
    const input = Array.from({ length: 2000 }, (_, index) => `s3://cars/${index}.jpg`).join("\n");
    const { code, stdout } = await place.run(["resolve", "-", "--format", "urls"], { env, input });
    expect(code).toBe(0);
    const urls = stdout.trim().split("\n");
    expect(urls).toHaveLength(2000);
    expect(urls.filter((url) => !url.includes("X-Amz-Credential=ASIA1%2F"))).toEqual([]);
    expect(sts.calls).toHaveLength(1);
  });

  test("without the external id it is refused, and the link is not resolved", async () => {
    const { place, sts } = await stage();
    await writeFile(
      join(place.folder, "remote_links.yml"),
      remoteLinks.replace("customer-7", "customer-8"),
    );
    const env = {
      AWS_ACCESS_KEY_ID: "AKIAWORKER",
      AWS_SECRET_ACCESS_KEY: "worker",
      AWS_ENDPOINT_URL_STS: sts.url,
    };
    const { code, stdout } = await place.run(["resolve", "-"], { env, input: "s3://cars/a.jpg\n" });
    expect(code).toBe(1);
    expect(stdout).toContain('"code":"credentials_unavailable"');
    expect(stdout).not.toContain("X-Amz-Signature");
    expect(sts.ends).toEqual([]);
  });
});
