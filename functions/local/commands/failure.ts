import { AccessFileError } from "@remote-storage/core/access/access-file-error.ts";
import { RemoteLinksError } from "@remote-storage/core/links/remote-links-error.ts";
import { SettingsError } from "@remote-storage/core/settings/settings-error.ts";
import { type ErrorKind, StorageError } from "@remote-storage/core/storage/errors.ts";
import { InvalidKeyError } from "@remote-storage/core/storage/key.ts";
import { CommandFailure, EXIT, type CommandContext } from "./command.ts";

/** Storage errors that a script can tell apart; the others count as failed items. */
const STORAGE_EXIT: Partial<Record<ErrorKind, number>> = {
  "invalid-key": EXIT.usage,
  "invalid-request": EXIT.usage,
  credentials: EXIT.usage,
  "wrong-region": EXIT.usage,
  "not-found": EXIT.sourceMissing,
  "no-bucket": EXIT.sourceMissing,
  denied: EXIT.destination,
  unavailable: EXIT.retriesExhausted,
  throttled: EXIT.retriesExhausted,
  timeout: EXIT.retriesExhausted,
};

/** How the process ends for whatever a command threw: a line for people, the trace with LOG_LEVEL=debug. */
export function toFailure(error: unknown, { env, signal }: CommandContext): CommandFailure {
  const failure = signal.aborted ? new CommandFailure(EXIT.someFailed, "stopped") : known(error);
  if (env["LOG_LEVEL"] !== "debug" || !(error instanceof Error)) return failure;
  return new CommandFailure(failure.exitCode, `${failure.message}\n${error.stack ?? ""}`, error);
}

function known(error: unknown): CommandFailure {
  if (error instanceof CommandFailure) return error;
  if (
    error instanceof SettingsError ||
    error instanceof RemoteLinksError ||
    error instanceof AccessFileError ||
    error instanceof InvalidKeyError
  ) {
    return new CommandFailure(EXIT.usage, error.message, error);
  }
  if (error instanceof StorageError) {
    const { provider, bucket, key } = error.place;
    const place = [provider, bucket, key].filter((part) => part !== undefined).join(" ");
    return new CommandFailure(
      STORAGE_EXIT[error.kind] ?? EXIT.someFailed,
      `${error.message} (${place})`,
      error,
    );
  }
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof Error && "syscall" in error && error.syscall === "listen") {
    return new CommandFailure(EXIT.usage, `${message}: set another HOST or PORT`, error);
  }
  return new CommandFailure(EXIT.someFailed, `${message} (LOG_LEVEL=debug shows where)`, error);
}
