import { type ErrorKind, StorageError } from "@remote-storage/core/storage/errors.ts";
import type { RoleCredentials } from "@remote-storage/core/storage/provider-config.ts";
import { toStorageError } from "./errors.ts";

const PLACE = { provider: "minio", operation: "assume the role" };

/** Failures of STS that pass: the role is not to blame. */
const PASSING: ReadonlySet<ErrorKind> = new Set(["unavailable", "throttled", "timeout"]);

/** What STS says, for the one who set it up. Its own words stay in `cause`: they name accounts. */
export function stsError(role: RoleCredentials, cause: unknown): StorageError {
  if (cause instanceof StorageError) return cause;
  const { kind } = toStorageError(cause, PLACE);
  if (PASSING.has(kind)) {
    return new StorageError(kind, `STS cannot be asked for the role ${role.role}`, PLACE, cause);
  }
  return new StorageError("credentials", explain(role, cause), PLACE, cause);
}

function explain({ role, externalId }: RoleCredentials, cause: unknown): string {
  const { name, message } = cause instanceof Error ? cause : { name: "", message: "" };
  const fails = `the role ${role} cannot be assumed:`;
  if (name === "PackedPolicyTooLarge" || name === "PackedPolicyTooLargeException") {
    return `${fails} its buckets and prefixes do not fit into one session policy; split the entry`;
  }
  if (name === "ValidationError" && message.includes("DurationSeconds")) {
    return `${fails} session_duration is longer than the role's maximum session duration`;
  }
  if (name.startsWith("ExpiredToken") || name === "InvalidClientTokenId") {
    return `${fails} the credentials to assume it with are not accepted, or have ended`;
  }
  const id = externalId === undefined ? "is none asked for" : "is it the one asked for";
  return `${fails} does it exist, does its trust policy name this service, and as to the external id, ${id}?`;
}
