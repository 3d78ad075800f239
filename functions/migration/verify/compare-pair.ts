import { computeTag, guessPartSize, parseTag } from "./content-tag.ts";
import type { Finding } from "./finding.ts";
import { firstDifference } from "./first-difference.ts";
import { readEntry, type ReadEntryOptions } from "./read-entry.ts";
import type { Entry, Side } from "./side.ts";

/** How two objects of one name are compared. */
export interface CompareOptions extends ReadEntryOptions {
  readonly source: Side;
  readonly target: Side;
  /** `checksum` reads no more than the proof takes; `read` reads both sides whatever the stores say. */
  readonly how: "checksum" | "read";
  /** The content types are compared too, which takes a HEAD on each side. */
  readonly types: boolean;
  /** Part size of uploads by this program, to tell an etag of parts without reading the target. */
  readonly partSize?: (size: number) => number;
}

/**
 * Compares two objects of one name: sizes, then bytes, then content types.
 *
 * @throws StorageError when a side cannot be read.
 */
export async function comparePair(
  source: Entry,
  target: Entry,
  options: CompareOptions,
): Promise<Finding> {
  const pair = { name: source.name, source, target };
  if (source.size !== target.size) {
    const detail = `${source.size} bytes at the source, ${target.size} at the target`;
    return { ...pair, outcome: "size", detail };
  }
  const same = await compareBytes(source, target, options);
  if ("differsAt" in same) {
    const detail = `the bytes differ from offset ${same.differsAt} on`;
    return { ...pair, outcome: "content", detail };
  }
  const detail = options.types ? await compareTypes(source, target, options) : undefined;
  if (detail !== undefined) return { ...pair, ...same, outcome: "type", detail };
  return { ...pair, ...same, outcome: "equal" };
}

type Same = Pick<Finding, "proof" | "checksum"> | { readonly differsAt: number };

async function compareBytes(source: Entry, target: Entry, options: CompareOptions): Promise<Same> {
  if (source.size === 0) return { proof: "empty" };
  const checksum = options.how === "read" ? undefined : await findProof(source, target, options);
  if (checksum !== undefined) return { proof: "checksum", checksum: `md5:${checksum}` };
  const differsAt = await firstDifference(
    readEntry(options.source, source, options),
    readEntry(options.target, target, options),
  );
  return differsAt === undefined ? { proof: "bytes" } : { differsAt };
}

/** The checksum that both sides share, at most one of them read; `undefined` when there is no such proof. */
async function findProof(
  source: Entry,
  target: Entry,
  options: CompareOptions,
): Promise<string | undefined> {
  const [here, there] = [parseTag(source.tag), parseTag(target.tag)];
  if (here !== undefined && here.text === there?.text) return here.text;
  // What says nothing of its bytes is read: mostly a disk, which is near.
  const [said, side, entry] =
    there === undefined ? [here, options.target, target] : [there, options.source, source];
  // Two plain MD5s that differ: one of them is none, and to compute it would tell nothing new.
  if (said === undefined || (here?.parts === 0 && there?.parts === 0)) return undefined;
  const { size } = entry;
  const partSize =
    said.parts === 0 ? undefined : guessPartSize(size, said.parts, options.partSize?.(size));
  if (said.parts > 0 && partSize === undefined) return undefined;
  const computed = await computeTag(readEntry(side, entry, options), partSize);
  return computed === said.text ? computed : undefined;
}

async function compareTypes(
  here: Entry,
  there: Entry,
  { source, target, signal }: CompareOptions,
): Promise<string | undefined> {
  const call = signal === undefined ? {} : { signal };
  const [from, to] = await Promise.all([source.type(here, call), target.type(there, call)]);
  return from === to ? undefined : `content type ${from} at the source, ${to} at the target`;
}
