import { describe, expect, test } from "vitest";
import { parseApiTokens } from "../../../functions/core/settings/api-tokens.ts";
import { parseAwsHost } from "../../../functions/core/settings/aws-host.ts";
import { parseDuration } from "../../../functions/core/settings/duration.ts";
import { nearest } from "../../../functions/core/settings/nearest.ts";
import { parseSize } from "../../../functions/core/settings/size.ts";
import { parseUrlSigningKeys } from "../../../functions/core/settings/url-signing-keys.ts";
import { parseBoolean, parseCorsOrigins } from "../../../functions/core/settings/values.ts";

describe("durations, in seconds", () => {
  test.each([
    ["30s", 30],
    ["15m", 900],
    ["12h", 43_200],
    ["7d", 604_800],
    ["1w", 604_800],
    ["0s", 0],
    ["3600", 3600],
    ["", undefined],
    ["1.5h", undefined],
    ["-1h", undefined],
    ["1h30m", undefined],
    ["1H", undefined],
    ["1 h", undefined],
    ["h", undefined],
    ["1y", undefined],
    ["9999999999999s", undefined],
  ])("%j is %j", (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds);
  });
});

describe("sizes, in bytes", () => {
  test.each([
    ["512k", 524_288],
    ["1m", 1_048_576],
    ["1g", 1_073_741_824],
    ["10G", 10_737_418_240],
    ["1t", 1_099_511_627_776],
    ["4096", 4096],
    ["", undefined],
    ["1kb", undefined],
    ["-1g", undefined],
    ["1.5g", undefined],
    ["g", undefined],
    ["999999999999t", undefined],
  ])("%j is %j", (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });
});

describe("booleans", () => {
  test.each(["true", "1", "yes", "True", "YES"])("%s is true", (text) => {
    expect(parseBoolean(text)).toBe(true);
  });
  test.each(["false", "0", "no", "FALSE"])("%s is false", (text) => {
    expect(parseBoolean(text)).toBe(false);
  });
  test.each(["on", "off", "", "2", "y"])("%j is neither", (text) => {
    expect(parseBoolean(text)).toBeUndefined();
  });
});

describe("origins", () => {
  test.each([
    ["*", ["*"]],
    ["https://a.example", ["https://a.example"]],
    ["https://a.example, http://localhost:3000", ["https://a.example", "http://localhost:3000"]],
    ["https://a.example/", undefined],
    ["a.example", undefined],
    ["*,https://a.example", undefined],
    ["https://a.example,", undefined],
  ])("%j", (text, origins) => {
    expect(parseCorsOrigins(text)).toEqual(origins);
  });
});

describe("tokens", () => {
  test("a token alone may do everything", () => {
    const [token] = parseApiTokens("abcdefgh12345678") ?? [];
    expect(token?.token).toBe("abcdefgh12345678");
    expect(token?.grants.map(({ action }) => action)).toContain("cache:admin");
    expect(token?.grants).toHaveLength(7);
  });

  test("grants limit it", () => {
    expect(parseApiTokens("abcdefgh12345678:objects:read+links:read, ABC.def_ghi~1234-5")).toEqual([
      {
        token: "abcdefgh12345678",
        grants: [{ action: "objects:read" }, { action: "links:read" }],
      },
      { token: "ABC.def_ghi~1234-5", grants: expect.any(Array) },
    ]);
  });

  test.each([
    "short",
    "abcdefgh1234567",
    "abcdefgh12345678:",
    "abcdefgh12345678:objects",
    "abcdefgh12345678:objects:read+",
    "abcdefgh12345678:objects:Read",
    "abcdefgh12345678,",
    "abcdefgh1234 5678",
    "abcdefgh12345678,abcdefgh12345678",
  ])("%j is refused", (text) => {
    expect(parseApiTokens(text)).toBeUndefined();
  });
});

describe("keys for signed URLs", () => {
  test("the order is kept, colons may be in a secret", () => {
    expect(parseUrlSigningKeys("new:0123456789abcdef, old:a:b:c:0123456789ab")).toEqual([
      { id: "new", secret: "0123456789abcdef" },
      { id: "old", secret: "a:b:c:0123456789ab" },
    ]);
  });

  test.each(["a", "a:short", ":0123456789abcdef", "a b:0123456789abcdef"])("%j", (text) => {
    expect(parseUrlSigningKeys(text)).toBeUndefined();
  });

  test("an id appears once", () => {
    expect(parseUrlSigningKeys("a:0123456789abcdef,a:fedcba9876543210")).toBeUndefined();
  });
});

describe("names of AWS hosts", () => {
  test.each([
    ["s3.amazonaws.com", {}],
    ["s3.eu-central-1.amazonaws.com", { region: "eu-central-1" }],
    ["s3-us-west-2.amazonaws.com", { region: "us-west-2" }],
    ["s3.dualstack.eu-west-1.amazonaws.com", { region: "eu-west-1" }],
    ["s3.cn-north-1.amazonaws.com.cn", { region: "cn-north-1" }],
    ["s3-accelerate.amazonaws.com", {}],
    ["s3-fips.us-east-1.amazonaws.com", { region: "us-east-1" }],
    ["cars.s3.amazonaws.com", { bucket: "cars" }],
    ["a.b.s3.eu-central-1.amazonaws.com", { bucket: "a.b", region: "eu-central-1" }],
    ["cars.s3-eu-west-1.amazonaws.com", { bucket: "cars", region: "eu-west-1" }],
    ["b.vpce-1-2.s3.us-east-1.vpce.amazonaws.com", undefined],
    ["ec2.amazonaws.com", undefined],
    ["s3.amazonaws.com.evil.example", undefined],
    ["s3.example.com", undefined],
  ])("%s", (host, expected) => {
    expect(parseAwsHost(host)).toEqual(expected);
  });
});

describe("the nearest name", () => {
  test.each([
    ["acess_key", "access_key"],
    ["ACCESS_KYE", "access_key"],
    ["bukets", "buckets"],
    ["colour", undefined],
    ["x".repeat(1000), undefined],
  ])("%s", (name, expected) => {
    expect(nearest(name, ["access_key", "secret_key", "buckets", "region"])).toBe(expected);
  });
});
