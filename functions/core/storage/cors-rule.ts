/** What browsers of some origins may send to a bucket, and read of its answers. */
export interface CorsRule {
  /** Stores that name their rules keep it. */
  readonly id?: string;
  /** As browsers send them, or `*`. */
  readonly origins: readonly string[];
  readonly methods: readonly string[];
  /** Request headers; `*` is any. */
  readonly headers: readonly string[];
  /** Answer headers that scripts may read. */
  readonly exposed: readonly string[];
  /** Seconds that a browser may remember the answer to a preflight. */
  readonly maxAge?: number;
}

/** The rules of a bucket, or on Azure of the whole account. Failures are thrown as `StorageError`. */
export interface CorsRules {
  read(): Promise<readonly CorsRule[]>;
  /** Replaces them all. */
  write(rules: readonly CorsRule[]): Promise<void>;
}
