import type { CopyFacts } from "@remote-storage/core/storage/store-copy.ts";
import { describe, expect, test } from "vitest";
import { compareFacts } from "../../../functions/migration/store-copy/compare-facts.ts";

const facts = (more: Partial<CopyFacts>): CopyFacts => ({
  size: 5,
  etag: '"x-2"',
  modified: new Date("2026-01-01"),
  checksums: {},
  type: "text/plain",
  metadata: {},
  headers: {},
  ...more,
});
const later = new Date("2026-02-01");

describe("two objects of one store", () => {
  test("are alike by the best checksum that it keeps of both", () => {
    const source = facts({ checksums: { crc64nvme: "a", md5: "b" } });
    const copy = facts({ checksums: { crc64nvme: "a", md5: "b" }, etag: '"other"' });
    expect(compareFacts(source, copy)).toEqual({ result: "equal", proof: "crc64nvme" });
    const encrypted = facts({ checksums: { crc64nvme: "a" }, etag: '"other"' });
    expect(compareFacts(facts({ checksums: { md5: "b", crc64nvme: "a" } }), encrypted)).toEqual({
      result: "equal",
      proof: "crc64nvme",
    });
  });

  test("differ by a checksum, however alike all else is", () => {
    const [source, copy] = [
      facts({ checksums: { crc32: "a" } }),
      facts({ checksums: { crc32: "b" } }),
    ];
    expect(compareFacts(source, copy)).toEqual({ result: "differs", how: "it has another crc32" });
  });

  test("differ by their size before all", () => {
    const copy = facts({ size: 4, checksums: { crc32: "a" } });
    expect(compareFacts(facts({ checksums: { crc32: "a" } }), copy)).toMatchObject({
      result: "differs",
      how: "it has 4 bytes instead of 5",
    });
  });

  test("are alike by an etag, which parts make of their MD5s", () => {
    expect(compareFacts(facts({}), facts({}))).toEqual({ result: "equal", proof: "md5" });
  });

  test("without any checksum are taken for alike when nothing was written to the source since, and without a proof", () => {
    const source = facts({});
    expect(compareFacts(source, facts({ etag: '"y-3"', modified: later }))).toEqual({
      result: "equal",
    });
    const older = facts({ etag: '"y-3"', modified: new Date("2025-01-01") });
    expect(compareFacts(source, older)).toMatchObject({ result: "differs" });
  });
});
