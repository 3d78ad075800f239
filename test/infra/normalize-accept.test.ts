import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";

const code = readFileSync(join(import.meta.dirname, "../../infra/aws/normalize-accept.js"), "utf8");

const normalize = (accept?: string): unknown => {
  const headers = accept === undefined ? {} : { accept: { value: accept } };
  const event = { request: { method: "GET", uri: "/previews/public/a.jpg", headers } };
  return runInNewContext(`${code}\nhandler(event).headers.accept.value`, { event });
};

describe("the CDN's spelling of Accept", () => {
  test.each([
    [
      "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8",
      "image/avif,image/webp,*/*",
    ],
    ["image/webp,*/*", "image/webp,*/*"],
    ["image/png,image/*;q=0.8,*/*;q=0.5", "*/*"],
    ["text/html", "*/*"],
    [undefined, "*/*"],
  ])("%s becomes %s", (given, normal) => {
    expect(normalize(given)).toBe(normal);
  });
});
