import { open } from "node:fs/promises";
import { addAbortSignal, type Readable } from "node:stream";
import { CommandFailure, EXIT, type CommandContext } from "./command.ts";

/** What a command reads. */
export interface Input {
  readonly body: AsyncIterable<Uint8Array>;
  /** Bytes, when it is known how many there are. */
  readonly size?: number;
}

/** Enough that threads get some thousand links at a time, little enough for several to be in memory. */
const CHUNK_BYTES = 256 * 1024;

/**
 * Opens a file, or standard input for `-`.
 *
 * @throws CommandFailure when there is no such file, now or while it is read.
 */
export async function openInput(path: string, { stdin, signal }: CommandContext): Promise<Input> {
  if (path === "-") return { body: addAbortSignal(signal, stdin) };
  try {
    const handle = await open(path);
    const stats = await handle.stat();
    const body = handle.createReadStream({ highWaterMark: CHUNK_BYTES, signal });
    return { body: naming(path, body, signal), ...(stats.isFile() && { size: stats.size }) };
  } catch (error) {
    throw cannotRead(path, error);
  }
}

async function* naming(
  path: string,
  body: Readable,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw signal.aborted ? error : cannotRead(path, error);
  }
}

function cannotRead(path: string, error: unknown): CommandFailure {
  const reason = error instanceof Error ? error.message : String(error);
  return new CommandFailure(EXIT.sourceMissing, `cannot read ${path}: ${reason}`, error);
}
