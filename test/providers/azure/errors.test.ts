import { StorageError } from "@remote-storage/core/storage/errors.ts";
import { describe, expect, test } from "vitest";
import { toStorageError } from "../../../functions/providers/azure/errors.ts";

const place = { provider: "azure", operation: "stat", bucket: "b" };

/** Errors as the SDK and Node make them. */
const cases = [
  [{ code: "BlobNotFound", statusCode: 404 }, "not-found"],
  [{ details: { errorCode: "ContainerNotFound" }, statusCode: 404 }, "no-bucket"],
  [{ code: "AuthenticationFailed", statusCode: 403 }, "credentials"],
  [{ code: "KeyBasedAuthenticationNotPermitted", statusCode: 403 }, "credentials"],
  [{ code: "AuthorizationFailure", statusCode: 403 }, "denied"],
  [{ code: "AuthorizationPermissionMismatch", statusCode: 403 }, "denied"],
  [{ code: "ConditionNotMet", statusCode: 412 }, "precondition-failed"],
  [{ code: "BlobAlreadyExists", statusCode: 409 }, "precondition-failed"],
  [{ code: "InvalidRange", statusCode: 416 }, "range-not-satisfiable"],
  [{ code: "InvalidBlockList", statusCode: 400 }, "conflict"],
  [{ code: "LeaseIdMissing", statusCode: 412 }, "conflict"],
  [{ code: "BlobArchived", statusCode: 409 }, "conflict"],
  [{ code: "Md5Mismatch", statusCode: 400 }, "checksum-mismatch"],
  [{ code: "ServerBusy", statusCode: 503 }, "throttled"],
  [{ code: "OperationTimedOut", statusCode: 500 }, "timeout"],
  [{ code: "InternalError", statusCode: 500 }, "unavailable"],
  [{ code: "SomethingNew", statusCode: 400 }, "invalid-request"],
  [{ statusCode: 401 }, "credentials"],
  [{ statusCode: 429 }, "throttled"],
  [{ code: "ENOTFOUND" }, "unavailable"],
  [{ code: "ECONNREFUSED" }, "unavailable"],
  [{ code: "ECONNRESET" }, "unavailable"],
  [{ code: "ETIMEDOUT" }, "timeout"],
  [{ name: "CredentialUnavailableError" }, "credentials"],
  [{ name: "AuthenticationError", statusCode: 400 }, "credentials"],
] as const;

describe("errors", () => {
  test.each(cases)("%j is %s", (fields, kind) => {
    const cause = Object.assign(new Error("secret words of https://inside/"), fields);
    const error = toStorageError(cause, place);
    expect([error.kind, error.place, error.cause]).toEqual([kind, place, cause]);
    expect(error.message).not.toMatch(/secret|inside/);
  });

  test("what is no error at all is unavailable", () => {
    expect(toStorageError("words", place)).toMatchObject({ kind: "unavailable", cause: "words" });
  });

  test("an error of ours stays what it is", () => {
    const ours = new StorageError("invalid-key", "no", place);
    expect(toStorageError(ours, { ...place, operation: "read" })).toBe(ours);
  });
});
