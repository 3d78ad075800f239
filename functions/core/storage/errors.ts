/** What went wrong, not which call was made; each kind has one HTTP status. */
const STATUS = {
  "invalid-key": 400,
  "invalid-request": 400,
  denied: 403,
  "not-found": 404,
  "no-bucket": 404,
  conflict: 409,
  "precondition-failed": 412,
  "too-large": 413,
  "checksum-mismatch": 400,
  "range-not-satisfiable": 416,
  unsupported: 400,
  credentials: 502,
  "wrong-region": 502,
  unavailable: 502,
  throttled: 503,
  timeout: 504,
} as const satisfies Record<string, number>;

export type ErrorKind = keyof typeof STATUS;

/** Where a failure happened. Nothing here may be a secret: it is logged. */
export interface ErrorPlace {
  readonly provider: string;
  readonly operation: string;
  readonly bucket?: string;
  readonly key?: string;
}

/**
 * The only error that leaves a provider. `message` is fit for the caller to read (no secret, no
 * address of the inside); the SDK's own error stays in `cause` for the log.
 */
export class StorageError extends Error {
  override readonly name = "StorageError";
  readonly kind: ErrorKind;
  readonly place: ErrorPlace;

  constructor(kind: ErrorKind, message: string, place: ErrorPlace, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.kind = kind;
    this.place = place;
  }

  /** The HTTP status that a host answers with. */
  get status(): number {
    return STATUS[this.kind];
  }

  /** True when the same call may succeed later without any change. */
  get retryable(): boolean {
    return this.kind === "unavailable" || this.kind === "throttled" || this.kind === "timeout";
  }
}
