import { describe, expect, test } from "vitest";
import { CAT, KEYS, ORIGIN, type Sent, verdict } from "./presigned.ts";

/** The good target with one of its parameters changed. */
function set(name: string, value: string): string {
  return CAT.replace(new RegExp(`X-Amz-${name}=[^&]*`), `X-Amz-${name}=${value}`);
}

describe("refuses", () => {
  const wrong = "AuthorizationQueryParametersError: ";
  const scope = "X-Amz-Credential must be <access key>/20261122/us-east-1/s3/aws4_request";

  test.each([
    ["no signature at all", "/cats/cat.jpg", "AccessDenied: Access Denied"],
    [
      "a missing date",
      CAT.replace(/&X-Amz-Date=[^&]*/, ""),
      `${wrong}Query-string authentication requires X-Amz-Date`,
    ],
    [
      "a re-cased name",
      CAT.replace("X-Amz-Date", "x-amz-date"),
      `${wrong}Query-string authentication requires X-Amz-Date`,
    ],
    [
      "a doubled parameter",
      `${CAT}&X-Amz-Date=20261122T140000Z`,
      `${wrong}Query parameter X-Amz-Date is given twice`,
    ],
    [
      "two signatures",
      `${CAT}&X-Amz-Signature=00`,
      `${wrong}Query parameter X-Amz-Signature is given twice`,
    ],
    [
      "another algorithm",
      set("Algorithm", "AWS4-HMAC-SHA1"),
      `${wrong}X-Amz-Algorithm only supports "AWS4-HMAC-SHA256"`,
    ],
    [
      "a date that is none",
      set("Date", "20260230T140000Z"),
      `${wrong}X-Amz-Date must be in the form yyyyMMdd'T'HHmmss'Z'`,
    ],
    ["a life of nothing", set("Expires", "0"), `${wrong}X-Amz-Expires must be 1 to 604800 seconds`],
    [
      "a life over 7 days",
      set("Expires", "604801"),
      `${wrong}X-Amz-Expires must be 1 to 604800 seconds`,
    ],
    ["a negative life", set("Expires", "-1"), `${wrong}X-Amz-Expires must be 1 to 604800 seconds`],
    ["a life in hex", set("Expires", "0x10"), `${wrong}X-Amz-Expires must be 1 to 604800 seconds`],
    [
      "a scope of another day",
      set("Credential", "AKIDEXAMPLE/20261121/us-east-1/s3/aws4_request"),
      `${wrong}${scope}`,
    ],
    [
      "a scope of another region",
      set("Credential", "AKIDEXAMPLE/20261122/eu-west-1/s3/aws4_request"),
      `${wrong}${scope}`,
    ],
    [
      "a scope of another service",
      set("Credential", "AKIDEXAMPLE/20261122/us-east-1/sts/aws4_request"),
      `${wrong}${scope}`,
    ],
    [
      "a scope without a key",
      set("Credential", "/20261122/us-east-1/s3/aws4_request"),
      `${wrong}${scope}`,
    ],
    [
      "an unknown key",
      set("Credential", "OTHER/20261122/us-east-1/s3/aws4_request"),
      "InvalidAccessKeyId: The access key id does not exist here",
    ],
    [
      "host unsigned",
      set("SignedHeaders", "range"),
      `${wrong}X-Amz-SignedHeaders must be lower-case names in order, host among them`,
    ],
    [
      "signed headers out of order",
      set("SignedHeaders", "range;host"),
      `${wrong}X-Amz-SignedHeaders must be lower-case names in order, host among them`,
    ],
    [
      "a header signed that is not sent",
      set("SignedHeaders", "host;range"),
      "SignatureDoesNotMatch: Signed headers are missing: range",
    ],
    [
      "a session token",
      `${CAT}&X-Amz-Security-Token=x`,
      "InvalidToken: The keys of this server have no session token",
    ],
    [
      "broken escapes",
      CAT.replace("cat.jpg", "%zz"),
      "InvalidURI: Percent-encoding is broken or not UTF-8",
    ],
    [
      "escapes that are not UTF-8",
      CAT.replace("cat.jpg", "%ff"),
      "InvalidURI: Percent-encoding is broken or not UTF-8",
    ],
    ["a whole URL as target", `${ORIGIN}${CAT}`, "InvalidURI: The path must begin with /"],
  ])("%s", (_name, target, message) => {
    expect(verdict(target)).toBe(message);
  });

  test.each([
    ["another method", { method: "HEAD" }, /^SignatureDoesNotMatch/],
    ["another host", { headers: { host: "127.0.0.1:9090" } }, /^SignatureDoesNotMatch/],
    [
      "a second AWS signature",
      { headers: { authorization: "AWS4-HMAC-SHA256 Credential=x" } },
      /^InvalidArgument/,
    ],
    ["another kind of login", { headers: { authorization: "Basic YTpi" } }, /^InvalidArgument/],
    [
      "an unsigned x-amz header",
      { headers: { "x-amz-acl": "public-read" } },
      /^AccessDenied: .*x-amz-acl/,
    ],
    [
      "an unsigned payload hash",
      { headers: { "x-amz-content-sha256": "0".repeat(64) } },
      /^AccessDenied/,
    ],
    ["a session token header", { headers: { "x-amz-security-token": "x" } }, /^InvalidToken/],
    [
      "one second too late",
      { now: new Date("2026-11-23T14:00:01Z") },
      /^AccessDenied: Request has expired/,
    ],
    [
      "over 15 minutes too early",
      { now: new Date("2026-11-22T13:44:59Z") },
      /^AccessDenied: Request is not valid yet/,
    ],
    ["another region's server", { region: "eu-west-1" }, /^AuthorizationQueryParametersError/],
  ])("%s", (_name, sent, message) => {
    expect(verdict(CAT, sent as Sent)).toMatch(message);
  });

  test("nothing of the secret or the expected signature is told", () => {
    const right = /Signature=(\w+)/.exec(CAT)?.[1] ?? "";
    const told = verdict(set("Signature", right.replace(/^./, "z")));
    expect(told).toMatch(/^SignatureDoesNotMatch/);
    expect(told).not.toContain(right);
    expect(told).not.toContain(KEYS.secretAccessKey);
  });
});
