import { type FileHandle, open } from "node:fs/promises";
import { addAbortSignal } from "node:stream";
import { CommandFailure, EXIT, type CommandContext } from "./command.ts";

/** What a command reads. */
export interface Input {
  /** What it yields is valid until the next is asked for. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Bytes, when it is known how many there are. */
  readonly size?: number;
}

/** Enough that threads get some thousand links at a time, little enough for several to be in memory. */
const CHUNK_BYTES = 64 * 1024;

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
    const body = stats.isFile() ? readBlocks(handle, signal) : handle.createReadStream({ signal });
    return { body: naming(path, body, signal), ...(stats.isFile() && { size: stats.size }) };
  } catch (error) {
    throw cannotRead(path, error);
  }
}

/** Reads into the same memory again and again: a stream's would pile up until it is collected. */
async function* readBlocks(handle: FileHandle, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const memory = new Uint8Array(CHUNK_BYTES);
  try {
    for (;;) {
      signal.throwIfAborted();
      const { bytesRead } = await handle.read(memory);
      if (bytesRead === 0) return;
      yield memory.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}

async function* naming(
  path: string,
  body: AsyncIterable<Uint8Array>,
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
