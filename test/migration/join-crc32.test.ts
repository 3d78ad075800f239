import { crc32 } from "node:zlib";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { joinCrc32 } from "../../functions/migration/join-crc32.ts";

test("the sum of two parts is the sum of their bytes one after the other", () => {
  const bytes = fc.uint8Array({ maxLength: 5000 });
  fc.assert(
    fc.property(bytes, bytes, (first, second) => {
      const whole = crc32(Buffer.concat([first, second]));
      expect(joinCrc32(crc32(first), crc32(second), second.byteLength)).toBe(whole);
    }),
  );
});

test("lengths beyond 32 bits count in full", () => {
  const zeros = Buffer.alloc(1024 * 1024);
  let sum = crc32(zeros);
  // 1 MiB doubled 13 times is 8 GiB.
  for (let length = zeros.byteLength; length < 2 ** 33; length *= 2) {
    sum = joinCrc32(sum, sum, length);
  }
  let byParts = crc32(zeros);
  for (let part = 1; part < 2 ** 9; part++)
    byParts = joinCrc32(byParts, crc32(zeros), zeros.byteLength);
  // 512 MiB, sixteen times.
  const half = byParts;
  for (let part = 1; part < 16; part++) byParts = joinCrc32(byParts, half, 2 ** 29);
  expect(sum).toBe(byParts);
});
