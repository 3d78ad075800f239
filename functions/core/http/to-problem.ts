import { IssuerUnavailableError } from "../access/issuer-unavailable.ts";
import type { Log } from "../log.ts";
import { PictureError } from "../pictures/picture-error.ts";
import { StorageError } from "../storage/errors.ts";
import { InvalidKeyError } from "../storage/key.ts";
import { describeError } from "./describe-error.ts";
import { ProblemError, STATUS, STORAGE_CODE } from "./problem.ts";

/**
 * Any failure as an answer. What the caller can mend is told; of everything else the log gets the
 * story and the caller a bare status.
 */
export function toProblem(error: unknown, log: Log, requestId: string): ProblemError {
  if (error instanceof ProblemError) return error;
  if (error instanceof IssuerUnavailableError) {
    log.error({ requestId, error: describeError(error) }, "a token cannot be checked");
    const message = "the token's issuer cannot be asked for its keys; try again";
    return new ProblemError("issuer_unavailable", message, { "Retry-After": "10" });
  }
  if (error instanceof InvalidKeyError) return new ProblemError("invalid_key", error.message);
  if (error instanceof PictureError) {
    const later = error.code === "too_busy" ? { "Retry-After": "1" } : undefined;
    return new ProblemError(error.code, error.message, later, error);
  }
  if (error instanceof StorageError) {
    const code = STORAGE_CODE[error.kind];
    if (STATUS[code] < 500) return new ProblemError(code, error.message);
    log.error({ requestId, ...error.place, error: describeError(error) }, "storage failed");
    return new ProblemError(
      code,
      error.retryable
        ? "the storage did not answer as it should; try again"
        : "the storage cannot be used as it is configured; the log tells more",
      error.retryable ? { "Retry-After": "1" } : {},
    );
  }
  log.error({ requestId, error: describeError(error) }, "unexpected error");
  return new ProblemError("internal", "something went wrong here; the log has the request id");
}
