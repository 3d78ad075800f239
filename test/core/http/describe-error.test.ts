import { describeError } from "@remote-storage/core/http/describe-error.ts";
import { expect, test } from "vitest";

const shown = (text: string) => String(describeError(new Error(text))["message"]);

test.each([
  "https://h.example/k?a=1&X-Amz-Signature=CANARY&b=2",
  "https://h.example/k?x-amz-security-token=CANARY%2FCANARY",
  "https://h.example/k?sv=1&sig=CANARY%26CANARY",
  "https://h.example/k?X%2DAmz%2DSignature=CANARY",
  "https://h.example/k?%73ig=CANARY",
  "https://h.example/k?X-Amz-Signature%3DCANARY",
  "link=https%3A%2F%2Fh.example%2Fk%3Fsig%3DCANARY%26a%3D1",
  "link=https%253A%252F%252Fh.example%253Fsig%253DCANARY",
  "GET <https://h.example/k?Signature=CANARY> failed",
  "headers: Authorization: Bearer CANARY.CANARY.CANARY",
  "AWS4-HMAC-SHA256 Credential=x, Signature=CANARY",
  "grant failed: a=1&client_secret=CANARY",
])("nothing of a secret is told: %s", (text) => {
  expect(shown(text)).not.toContain("CANARY");
  expect(shown(text)).toContain("[redacted]");
  const error = new Error("outside", { cause: new Error(text) });
  error.stack = text;
  expect(JSON.stringify(describeError(error))).not.toContain("CANARY");
});

test.each([
  "https://h.example/a%20b?list-type=2&prefix=design%3D1",
  "the signature does not match",
  "expected a=1, b=2 and 50%",
])("what is no secret stays as it is: %s", (text) => {
  expect(shown(text)).toBe(text);
});
