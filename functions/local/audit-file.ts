import { type FileHandle, open, stat } from "node:fs/promises";

/** Readable by the owner alone, unless the operator has made the file otherwise. */
const MODE = 0o600;

/** A file that audit lines are appended to. */
export interface AuditFile {
  /** Resolves once the operating system has the lines; rejects when it has not taken all of them. */
  readonly write: (lines: string) => Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the file, or makes it. Lines that come while others are being written leave together. When the
 * file is moved away or removed, as log rotation does, the next line makes a new one: no signal is needed.
 *
 * @throws the error of the file system.
 */
export async function openAuditFile(path: string): Promise<AuditFile> {
  let file = await open(path, "a", MODE);
  /** The last line is incomplete: the next one must not be glued to it. */
  let torn = false;
  let waiting: Batch | undefined;
  let busy: Promise<void> | undefined;

  async function append(text: string): Promise<void> {
    file = await current(file, path);
    const bytes = Buffer.from(torn ? `\n${text}` : text);
    for (let at = 0; at < bytes.length;) {
      torn = at > 0 || torn;
      at += (await file.write(bytes, at)).bytesWritten;
    }
    torn = false;
  }

  async function drain(): Promise<void> {
    while (waiting !== undefined) {
      const { lines, settled } = waiting;
      waiting = undefined;
      await append(lines).then(settled.resolve, settled.reject);
    }
    busy = undefined;
  }

  return {
    write(lines) {
      waiting ??= { lines: "", settled: Promise.withResolvers<void>() };
      waiting.lines += lines;
      const { promise } = waiting.settled;
      busy ??= drain();
      return promise;
    },
    async close() {
      await busy;
      await file.close();
    },
  };
}

interface Batch {
  lines: string;
  readonly settled: PromiseWithResolvers<void>;
}

/** The file that has the name now. */
async function current(file: FileHandle, path: string): Promise<FileHandle> {
  const [mine, named] = await Promise.all([
    file.stat(),
    stat(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      throw error;
    }),
  ]);
  if (named !== undefined && named.ino === mine.ino && named.dev === mine.dev) return file;
  const opened = await open(path, "a", MODE);
  await file.close();
  return opened;
}
