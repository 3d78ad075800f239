import { createTokenAuthenticator } from "@remote-storage/core/access/api-tokens.ts";
import { expect, test } from "vitest";

const grants = [{ action: "objects:read" }] as const;
const authenticate = createTokenAuthenticator([
  { token: "first-token-0123456", grants: [] },
  { token: "second.token~012345", grants },
]);

function principal(authorization?: string) {
  return authenticate(new Headers(authorization === undefined ? {} : { authorization }));
}

test.each([
  "Bearer second.token~012345",
  "bearer second.token~012345",
  "BEARER  second.token~012345",
])("%s is known", (authorization) => {
  expect(principal(authorization)?.grants).toEqual(grants);
});

test("its id is a fingerprint, not the token", () => {
  expect(principal("Bearer second.token~012345")?.id).toMatch(/^token:[0-9a-f]{8}$/);
});

test.each([
  undefined,
  "",
  "Bearer",
  "Bearer ",
  "second.token~012345",
  "Basic second.token~012345",
  "Bearer second.token~01234",
  "Bearer second.token~0123456",
  "Bearer SECOND.token~012345",
  "Bearer second.token~012345 extra",
  "Bearer first-token-0123456,second.token~012345",
])("%s is nobody", (authorization) => {
  expect(principal(authorization)).toBeUndefined();
});

test("without tokens nobody is known", () => {
  const none = createTokenAuthenticator([]);
  expect(none(new Headers({ authorization: "Bearer second.token~012345" }))).toBeUndefined();
});
