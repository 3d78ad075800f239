import { expect, test } from "vitest";
import { readPrincipal } from "../../functions/azure/principal.ts";
import { toAddress } from "../../functions/azure/to-request.ts";

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64");
}

test("claims have the names that the token has, several values of one as a list", () => {
  const claims = [
    { typ: "iss", val: "https://login.microsoftonline.com/tenant/v2.0" },
    { typ: "aud", val: "api://remote-storage" },
    { typ: "http://schemas.microsoft.com/identity/claims/objectidentifier", val: "oid" },
    {
      typ: "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier",
      val: "subject",
    },
    { typ: "http://schemas.microsoft.com/ws/2008/06/identity/claims/role", val: "reader" },
    { typ: "roles", val: "writer" },
    { typ: "http://schemas.microsoft.com/identity/claims/scope", val: "read write" },
  ];
  expect(readPrincipal(encode({ auth_typ: "aad", claims }))).toEqual({
    type: "claims",
    claims: {
      iss: "https://login.microsoftonline.com/tenant/v2.0",
      aud: "api://remote-storage",
      oid: "oid",
      sub: "subject",
      roles: ["reader", "writer"],
      scp: "read write",
    },
  });
});

test.each(["", "nonsense", encode(null), encode({}), encode({ claims: [{ typ: 1, val: "x" }] })])(
  "%s is nobody",
  (header) => {
    expect(() => readPrincipal(header)).toThrow("not what App Service sends");
  },
);

test.each([
  ["203.0.113.7:4711", "203.0.113.7"],
  ["10.0.0.1, 203.0.113.7:4711", "203.0.113.7"],
  ["[2001:db8::1]:4711", "2001:db8::1"],
  ["203.0.113.7", "203.0.113.7"],
  ["a forged one", undefined],
  ["", undefined],
])("the address in X-Forwarded-For %s is %s", (value, address) => {
  expect(toAddress(new Headers({ "x-forwarded-for": value }))).toBe(address);
});
