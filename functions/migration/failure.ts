import { StorageError } from "@remote-storage/core/storage/errors.ts";
import { InvalidKeyError } from "@remote-storage/core/storage/key.ts";
import type { OutcomeError } from "./outcome.ts";
import { SourceChangedError } from "./source.ts";

/** What an object's failure is told as. Nothing in it is a secret: stores' messages name no key of theirs. */
export function failureOf(error: unknown): OutcomeError {
  if (error instanceof SourceChangedError) {
    return { kind: "source-changed", message: error.message, retryable: false };
  }
  if (error instanceof StorageError) {
    const retryable = error.retryable || error.kind === "checksum-mismatch";
    const side = error.place.operation === "GET" ? "source" : "target";
    return { kind: error.kind, message: error.message, side, retryable };
  }
  if (error instanceof InvalidKeyError) {
    return { kind: "invalid-key", message: error.message, retryable: false };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { kind: "source-unreadable", message, retryable: false };
}
