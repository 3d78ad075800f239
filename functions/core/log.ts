type Write = (fields: Readonly<Record<string, unknown>>, message: string) => void;

/** What the core writes its structured log to (pino's shape). Fields never hold a secret or a signature. */
export interface Log {
  readonly debug: Write;
  readonly info: Write;
  readonly warn: Write;
  readonly error: Write;
}

const drop: Write = () => undefined;

/** Writes nothing; for tests and one-shot commands. */
export const silentLog: Log = { debug: drop, info: drop, warn: drop, error: drop };
