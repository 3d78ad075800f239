import { randomFillSync } from "node:crypto";
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";

const MIB = 1024 * 1024;
const FILES_A_FOLDER = 1000;

/** Files of random bytes, so many bytes each, a thousand a folder. */
export function writeFiles(folder: string, count: number, size: number): void {
  const block = randomFillSync(Buffer.alloc(Math.min(Math.max(size, 1), MIB)));
  for (let index = 0; index < count; index += 1) {
    const parent = join(folder, `batch-${Math.floor(index / FILES_A_FOLDER)}`);
    if (index % FILES_A_FOLDER === 0) mkdirSync(parent, { recursive: true });
    const path = join(parent, `img_${index}.jpg`);
    // No two files and no two blocks of one are alike.
    if (size <= MIB) writeFileSync(path, mark(block, index).subarray(0, size));
    else writeLarge(path, size, block, index);
  }
}

function writeLarge(path: string, size: number, block: Buffer, index: number): void {
  const file = openSync(path, "w");
  try {
    for (let start = 0; start < size; start += block.length) {
      writeSync(file, mark(block, index * size + start), 0, Math.min(block.length, size - start));
    }
  } finally {
    closeSync(file);
  }
}

function mark(block: Buffer, number: number): Buffer {
  if (block.length >= 8) block.writeDoubleBE(number);
  return block;
}
