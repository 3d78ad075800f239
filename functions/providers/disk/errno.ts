/** The system's name of a failed call (`ENOENT`), `undefined` for any other error. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

/**
 * Nothing that we would read is at this path: no entry, a file where a folder should be, a symbolic
 * link (ELOOP, or ENOTDIR when a folder was asked for), a socket, or a name the file system refuses.
 */
const ABSENT = new Set([
  "ENOENT",
  "ENOTDIR",
  "EISDIR",
  "ELOOP",
  "ENXIO",
  "ENAMETOOLONG",
  "EILSEQ",
  "EINVAL",
]);

export function isAbsent(error: unknown): boolean {
  return ABSENT.has(errnoOf(error) ?? "");
}

/** An error as the system would have thrown it, for what only we can see. */
export function systemError(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
