import { type ErrorKind, StorageError } from "../storage/errors.ts";
import type { LinkError, LinkErrorCode } from "./link.ts";

/** What a store's failure says of a link; kinds that are left out say only that it did not work now. */
const CODES: Readonly<Partial<Record<ErrorKind, LinkErrorCode>>> = {
  credentials: "credentials_unavailable",
  denied: "forbidden",
  "invalid-key": "bad_syntax",
  "invalid-request": "bad_syntax",
  unsupported: "bad_syntax",
  "not-found": "not_found",
  "no-bucket": "not_found",
  "wrong-region": "wrong_region",
  timeout: "timeout",
};

/**
 * A provider's failure as a link's. An error that is no `StorageError` may name the inside, so its
 * message stays here.
 *
 * @param otherwise what is said of such an error.
 */
export function toLinkError(error: unknown, otherwise: string): LinkError {
  return error instanceof StorageError
    ? { code: CODES[error.kind] ?? "unavailable", message: error.message }
    : { code: "unavailable", message: otherwise };
}
