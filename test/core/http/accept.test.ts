import { negotiate } from "@remote-storage/core/http/accept.ts";
import { expect, test } from "vitest";

test.each([
  [null, ["plain"]],
  ["", ["plain"]],
  ["*/*", ["plain"]],
  ["image/*,*/*;q=0.8", ["plain"]],
  ["image/webp", ["webp", "plain"]],
  ["image/avif,image/webp,image/apng,*/*;q=0.8", ["webp", "avif", "plain"]],
  ["image/avif, image/webp;q=0.5", ["avif", "webp", "plain"]],
  ["image/avif", ["avif", "plain"]],
  ["IMAGE/WEBP ; Q=0.3", ["webp", "plain"]],
  ["image/webp;q=0", ["plain"]],
  ["image/webp;q=nonsense", ["plain"]],
])("%s gives %o", (accept, encodings) => {
  expect(negotiate(accept)).toEqual(encodings);
});
