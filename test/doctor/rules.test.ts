import type { CorsRule } from "@remote-storage/core/storage/cors-rule.ts";
import type { S3Config } from "@remote-storage/core/storage/provider-config.ts";
import { describe, expect, test } from "vitest";
import { examineClock } from "../../functions/doctor/clock.ts";
import { sameRules, wantedRule, withRule } from "../../functions/doctor/cors-rules.ts";
import { azurePolicies } from "../../functions/doctor/policy/azure.ts";
import { googlePolicies } from "../../functions/doctor/policy/google.ts";
import { s3Policies } from "../../functions/doctor/policy/s3.ts";
import { covers, reachOf, serviceReach } from "../../functions/doctor/reach.ts";

const endpoint = { protocol: "https:", hostname: "s", origin: "https://s" } as const;
const credentials = { type: "ambient" } as const;
const s3: S3Config = { kind: "minio", endpoint, credentials };

describe("from how far away an address is reached", () => {
  test.each([
    ["127.0.0.1", [], "loopback"],
    ["[::1]", [], "loopback"],
    ["localhost", [], "loopback"],
    ["10.1.2.3", [], "private"],
    ["172.31.255.255", [], "private"],
    ["172.32.0.1", [], "public"],
    ["100.64.0.1", [], "private"],
    ["[fd00::1]", [], "private"],
    ["[2600::1]", [], "public"],
    ["minio", ["10.0.0.9"], "private"],
    ["storage.example.com", ["10.0.0.9"], "private"],
    ["storage.example.com", ["203.0.113.9", "10.0.0.9"], "public"],
    ["storage.example.com", ["127.0.0.1"], "loopback"],
    ["storage.internal", [], "private"],
    ["storage.example.com", [], "public"],
  ] as const)("%s %j", (host, addresses, reach) => {
    expect(reachOf(host, addresses)).toBe(reach);
  });

  test("a service is reached from as far as it says", () => {
    expect(serviceReach("127.0.0.1")).toBe("loopback");
    expect(serviceReach("0.0.0.0")).toBe("private");
    expect(serviceReach("127.0.0.1", "https://files.example.com")).toBe("public");
    expect(covers("private", "public")).toBe(false);
    expect(covers("public", "loopback")).toBe(true);
  });
});

describe("clocks", () => {
  const now = new Date("2026-11-22T12:00:00Z");
  const at = (seconds: number) => new Date(now.getTime() + seconds * 1000).toUTCString();

  test.each([
    [0, "fine"],
    [60, "fine"],
    [-60, "fine"],
    [61, "warning"],
    [-899, "warning"],
    [900, "fault"],
    [-86_400, "fault"],
  ])("%s s apart: %s", (seconds, state) => {
    expect(examineClock(at(seconds), now)?.state).toBe(state);
  });

  test("no date, or none that can be read, says nothing", () => {
    expect(examineClock(null, now)).toBeUndefined();
    expect(examineClock("yesterday", now)).toBeUndefined();
  });
});

describe("the least that suffices", () => {
  const places = [
    { bucket: "cars", prefix: "" },
    { bucket: "shared", prefix: "team-*/a/" },
    { bucket: "shared", prefix: "b/" },
  ];
  const linked = { name: "cars", own: false, places };

  test("S3: exactly the linked buckets and prefixes, read only", () => {
    const [policy, ...others] = s3Policies(linked, { ...s3, region: "cn-north-1" }, []);
    expect(others).toEqual([]);
    expect(JSON.parse(policy?.text ?? "")).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "List1",
          Effect: "Allow",
          Action: ["s3:ListBucket"],
          Resource: ["arn:aws-cn:s3:::cars"],
        },
        {
          Sid: "List2",
          Effect: "Allow",
          Action: ["s3:ListBucket"],
          Resource: ["arn:aws-cn:s3:::shared"],
          Condition: { StringLike: { "s3:prefix": ["team-${*}/a/*", "b/*"] } },
        },
        {
          Sid: "Read",
          Effect: "Allow",
          Action: ["s3:GetObject", "s3:GetObjectVersion"],
          Resource: [
            "arn:aws-cn:s3:::cars/*",
            "arn:aws-cn:s3:::shared/team-${*}/a/*",
            "arn:aws-cn:s3:::shared/b/*",
          ],
        },
      ],
    });
  });

  test("S3: a bucket policy for buckets of other accounts alone", () => {
    const [, policy, ...others] = s3Policies(linked, s3, ["shared/b/"]);
    expect(others).toEqual([]);
    expect(policy?.text).toContain('"arn:aws:s3:::shared/b/*"');
    expect(policy?.text).not.toContain("cars");
    expect(policy?.text).not.toContain("team-");
  });

  test("Azure: a delegator and readers of the containers; nothing with an account key", () => {
    const azure = { kind: "azure", endpoint, basePath: "", account: "acc" } as const;
    const text = azurePolicies(linked, { ...azure, credentials })[0]?.text ?? "";
    expect(text).toContain("Storage Blob Delegator");
    expect(text).toContain("/blobServices/default/containers/cars");
    expect(text).toContain(String.raw`StringStartsWith '\''b/'\''`);
    expect(text).not.toContain("Contributor");
    const keys = { type: "keys", accessKey: "acc", secretKey: "x" } as const;
    expect(azurePolicies(linked, { ...azure, credentials: keys })).toEqual([]);
  });

  test("Google: viewers below the prefixes, and the right to sign without a key", () => {
    const text = googlePolicies(linked, { kind: "google", credentials })[0]?.text ?? "";
    expect(text).toContain("gs://cars");
    expect(text).toContain('startsWith("projects/_/buckets/shared/objects/b/")');
    expect(text).toContain("roles/iam.serviceAccountTokenCreator");
    expect(text).not.toContain("objectUser");
  });
});

describe("adding a CORS rule", () => {
  const wanted = wantedRule({ own: true, config: s3 }, ["https://a.example"]);
  const foreign: CorsRule = { origins: ["*"], methods: ["GET"], headers: [], exposed: [] };

  test("others stay, and stay first", () => {
    expect(withRule([foreign], wanted)).toEqual([foreign, wanted]);
  });

  test("an earlier one of ours is replaced", () => {
    const earlier = wantedRule({ own: true, config: s3 }, ["https://old.example"]);
    expect(withRule([earlier, foreign], wanted)).toEqual([foreign, wanted]);
    expect(sameRules(withRule([foreign, wanted], wanted), [foreign, wanted])).toBe(true);
  });

  test("linked buckets get no PUT", () => {
    expect(wantedRule({ own: false, config: s3 }, ["*"]).methods).toEqual(["GET", "HEAD"]);
  });
});
