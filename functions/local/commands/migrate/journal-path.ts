import { hash } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { CommandFailure, EXIT } from "../command.ts";

/** Below the service's own folder, which no bucket is. */
export function journalFolder(dataPath: string): string {
  return join(dataPath, ".remote-storage", "migrations");
}

/**
 * The journal of one route, in a folder that is made when it is missing.
 *
 * @throws CommandFailure when it cannot be made.
 */
export function journalPath(folder: string, source: string, target: string): string {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `cannot make the folder of the journal: ${reason}; choose another with --journal`;
    throw new CommandFailure(EXIT.usage, message, error);
  }
  return join(folder, `${hash("sha256", `${source}\n${target}`).slice(0, 16)}.sqlite`);
}
