import { type ErrorKind, StorageError } from "@remote-storage/core/storage/errors.ts";

/** Why a store would not: what every provider calls it, and the store's own word. */
export interface Refusal {
  readonly kind: ErrorKind;
  /** `SignatureDoesNotMatch`, `AuthorizationPermissionMismatch`, `ECONNREFUSED`; empty: it had none. */
  readonly code: string;
  readonly message: string;
}

/** Reads what a provider threw. Anything but a `StorageError` is a mistake in this program and thrown on. */
export function toRefusal(error: unknown): Refusal {
  if (!(error instanceof StorageError)) throw error;
  return { kind: error.kind, code: storeCode(error.cause), message: error.message };
}

const NOT_CODES = /^(Error|TypeError|RestError|GaxiosError|UnknownError|Unknown|\d+)$/;

/** The word of the store in an SDK's error, wherever that SDK keeps it. */
function storeCode(cause: unknown): string {
  for (let error = cause, depth = 0; depth < 4; error = field(error, "cause"), depth++) {
    const places = [
      field(error, "Code"),
      field(error, "code"),
      field(field(error, "details"), "errorCode"),
      field(error, "name"),
    ];
    const code = places.find((each) => typeof each === "string" && !NOT_CODES.test(each));
    if (typeof code === "string" && code !== "") return code;
  }
  return "";
}

function field(from: unknown, name: string): unknown {
  return typeof from === "object" && from !== null ? Reflect.get(from, name) : undefined;
}
