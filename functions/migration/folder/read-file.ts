import { fstatSync, read, readSync } from "node:fs";
import { promisify } from "node:util";
import type { OpenFile } from "../../providers/disk/confined.ts";
import { type Slice, SourceChangedError } from "../source.ts";
import { identityOf } from "./identity.ts";

/** Up to so many bytes a thread of the pool costs more than the read itself. */
const AT_ONCE = 256 * 1024;

const readInPool = promisify(read);

/**
 * Reads a slice of an open file; small ones at once, without a promise.
 *
 * @throws SourceChangedError when the file is not the one of `identity`, before or after.
 */
export function readSlice(
  { fd, stats }: OpenFile,
  { start, length }: Slice,
  identity: string,
): Buffer | Promise<Buffer> {
  if (identityOf(stats) !== identity) throw new SourceChangedError("the file has changed");
  const bytes = Buffer.allocUnsafeSlow(length);
  const finish = (): Buffer => {
    if (identityOf(fstatSync(fd, { bigint: true })) === identity) return bytes;
    throw new SourceChangedError("the file changed while it was read");
  };
  if (length > AT_ONCE) return fill(fd, bytes, start).then(finish);
  for (let done = 0; done < length;) {
    done += progress(readSync(fd, bytes, done, length - done, start + done));
  }
  return finish();
}

async function fill(fd: number, bytes: Buffer, start: number): Promise<void> {
  for (let done = 0; done < bytes.byteLength;) {
    const { bytesRead } = await readInPool(fd, bytes, done, bytes.byteLength - done, start + done);
    done += progress(bytesRead);
  }
}

function progress(bytesRead: number): number {
  if (bytesRead === 0) throw new SourceChangedError("the file is shorter than it was");
  return bytesRead;
}
