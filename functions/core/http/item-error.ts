import type { Log } from "../log.ts";
import { toProblem } from "./to-problem.ts";

/** How one failed item of many is told. */
export interface ItemError {
  readonly code: string;
  readonly message: string;
}

/** The same codes and the same discretion as when a whole request fails. */
export function toItemError(error: unknown, log: Log, requestId: string): ItemError {
  const problem = toProblem(error, log, requestId);
  return { code: problem.code, message: problem.message };
}
