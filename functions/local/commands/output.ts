import { randomUUID } from "node:crypto";
import { statSync } from "node:fs";
import { open, realpath, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { CommandFailure, EXIT, type CommandContext } from "./command.ts";

/** Where a command's data goes. */
export interface Output {
  /** Settles when the bytes are handed on: awaiting it keeps memory flat when the reader is slow. */
  write(bytes: Uint8Array | string): Promise<void>;
  /** All is written: a file appears under its name now. */
  commit(): Promise<void>;
  /** Gives up: nothing appears under the name. */
  discard(): Promise<void>;
}

/**
 * Standard output, or a file that is written beside its place and renamed when complete, so that
 * nobody ever finds half of it under its name. A device or pipe (`/dev/null`) is written directly.
 *
 * @throws CommandFailure when the file cannot be written.
 */
export async function openOutput(
  path: string | undefined,
  { stdout }: CommandContext,
): Promise<Output> {
  if (path !== undefined && path !== "-") return namingFailures(path, await openFile(path));
  return {
    write: (bytes) =>
      new Promise((resolve, reject) => {
        stdout.write(bytes, (error) => (error ? reject(error) : resolve()));
      }),
    commit: () => Promise.resolve(),
    discard: () => Promise.resolve(),
  };
}

async function openFile(path: string): Promise<Output> {
  // Through a symbolic link: the link stays and what it names is replaced.
  const place = await realpath(path).catch(() => path);
  const present = statSync(place, { throwIfNoEntry: false });
  const direct = present !== undefined && !present.isFile();
  const part = join(dirname(place), `.${basename(place)}.${randomUUID().slice(0, 8)}.part`);
  const handle = await open(direct ? place : part, direct ? "w" : "wx", present?.mode).catch(
    (error: unknown) => {
      throw cannotWrite(path, error);
    },
  );
  return {
    write: (bytes) => handle.writeFile(bytes),
    async commit() {
      if (!direct) await handle.sync();
      await handle.close();
      if (!direct) await rename(part, place);
    },
    async discard() {
      await handle.close();
      if (!direct) await rm(part, { force: true });
    },
  };
}

function namingFailures(path: string, output: Output): Output {
  const naming = (error: unknown): never => {
    throw cannotWrite(path, error);
  };
  return {
    write: (bytes) => output.write(bytes).catch(naming),
    commit: () => output.commit().catch(naming),
    discard: () => output.discard(),
  };
}

function cannotWrite(path: string, error: unknown): CommandFailure {
  const reason = error instanceof Error ? error.message : String(error);
  return new CommandFailure(EXIT.destination, `cannot write ${path}: ${reason}`, error);
}
