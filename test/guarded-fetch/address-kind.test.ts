import { assert, integer, property, tuple } from "fast-check";
import { describe, expect, test } from "vitest";
import { addressKind } from "../../functions/guarded-fetch/address-kind.ts";
import { propertyRuns } from "../support/property-runs.ts";
import { EMBEDDINGS } from "./forms.ts";

const octet = integer({ min: 0, max: 255 });
const anyIPv4 = tuple(octet, octet, octet, octet);

describe("who answers at an address", () => {
  test.each([
    "1.1.1.1",
    "8.8.8.8",
    "9.255.255.255",
    "11.0.0.0",
    "100.63.255.255",
    "100.128.0.0",
    "126.255.255.255",
    "128.0.0.0",
    "169.253.255.255",
    "172.15.255.255",
    "172.32.0.0",
    "192.167.255.255",
    "192.169.0.0",
    "223.255.255.255",
    "2606:4700:4700::1111",
    "2a00:1450:4001:800::200e",
    "2001:4860:4860::8888",
    "2600::",
    "::ffff:8.8.8.8",
    "64:ff9b::8.8.8.8",
  ])("%s is public", (address) => {
    expect(addressKind(address)).toBe("public");
  });

  test.each(["10.0.0.1", "127.0.0.1", "100.64.0.1", "::1", "fd00::1", "::ffff:10.0.0.1"])(
    "%s is private: an operator may open it by a host's name",
    (address) => {
      expect(addressKind(address)).toBe("private");
    },
  );

  test.each([
    "169.254.169.254",
    "fd00:ec2::254",
    "0.0.0.0",
    "fe80::1%eth0",
    "",
    "localhost",
    "1.2.3",
  ])("%j is nobody that a link could mean", (address) => {
    expect(addressKind(address)).toBe("reserved");
  });

  test("a mapped or NAT64 address is what it stands for; no other embedding is ever public", () => {
    const { mapped, "mapped in hex": hex, NAT64: nat64, ...others } = EMBEDDINGS;
    assert(
      property(anyIPv4, (octets) => {
        const kind = addressKind(octets.join("."));
        for (const embed of [mapped, hex, nat64]) expect(addressKind(embed!(octets))).toBe(kind);
        for (const embed of Object.values(others)) {
          expect(addressKind(embed(octets))).not.toBe("public");
        }
      }),
      { numRuns: propertyRuns(300, 20_000) },
    );
  });
});
