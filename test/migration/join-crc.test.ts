import { crc32 } from "node:zlib";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { joinCrc32, joinCrc64 } from "../../functions/migration/join-crc.ts";

/** CRC-64/NVME, bit by bit. */
function crc64(bytes: Uint8Array): bigint {
  let register = 0xffff_ffff_ffff_ffffn;
  for (const byte of bytes) {
    register ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit++) {
      register = (register & 1n) === 0n ? register >> 1n : (register >> 1n) ^ 0x9a6c9329ac4bc9b5n;
    }
  }
  return register ^ 0xffff_ffff_ffff_ffffn;
}

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

test("sums of 64 bits join alike", () => {
  // The catalogue's check value.
  expect(crc64(Buffer.from("123456789"))).toBe(0xae8b14860a799888n);
  const bytes = fc.uint8Array({ maxLength: 300 });
  fc.assert(
    fc.property(bytes, bytes, (first, second) => {
      const whole = crc64(Buffer.concat([first, second]));
      expect(joinCrc64(crc64(first), crc64(second), second.byteLength)).toBe(whole);
    }),
  );
});
