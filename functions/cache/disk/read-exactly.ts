import type { FileHandle } from "node:fs/promises";
import { LostEntryError } from "../cache-store.ts";
import { toLost } from "./range-stream.ts";

/** @throws LostEntryError when the file ends before that. */
export async function readExactly(
  file: FileHandle,
  position: number,
  length: number,
): Promise<Buffer> {
  const bytes = Buffer.allocUnsafeSlow(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file
      .read(bytes, done, length - done, position + done)
      .catch((error: unknown) => {
        throw toLost(error);
      });
    if (bytesRead === 0) throw new LostEntryError("the entry's file ends early");
    done += bytesRead;
  }
  return bytes;
}
