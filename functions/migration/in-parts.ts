import { crc32 } from "node:zlib";
import { StorageError } from "@remote-storage/core/storage/errors.ts";
import { joinCrc32 } from "./join-crc.ts";
import { inTurn, type Lanes } from "./lanes.ts";
import { partSizeOf, type PartSizes, slicesOf } from "./part-plan.ts";
import { type Description, type Slice, SourceChangedError, type SourceObject } from "./source.ts";
import type { Source } from "./source.ts";
import type { Proof, SentPart, Target } from "./target.ts";
import type { UnfinishedUpload, Uploads } from "./uploads.ts";

export interface Ends {
  readonly source: Source;
  readonly target: Target;
  readonly uploads: Uploads;
  readonly sizes: PartSizes;
}

export interface Copied {
  readonly etag: string;
  readonly crc32: number;
  readonly proof: Proof;
}

/**
 * Sends an object in parts, going on with what an earlier run has sent of the same version. What fails
 * stays begun, to be gone on with, unless nothing is remembered.
 *
 * @throws SourceChangedError when the object is no longer the one that was listed, or the one whose parts
 * were sent before: parts of two versions are never joined.
 */
export async function copyInParts(
  object: SourceObject,
  replace: boolean,
  { source, target, uploads, sizes }: Ends,
  lanes: Lanes,
): Promise<Copied> {
  const { key, size } = object;
  const { multipart } = target;
  const { signal } = lanes;
  const call = <T>(work: () => Promise<T>): Promise<T> =>
    lanes.parts.run((report) => inTurn(lanes, report, work));
  const readSlice = (slice: Slice) => call(async () => source.read(object, slice, { signal }));

  const giveUp = async (id: string): Promise<void> => {
    uploads.end(key);
    // The bucket's lifecycle rule clears away what cannot be cleared away now.
    await Promise.allSettled([multipart.abort(key, id, {})]);
  };

  const sendPart = async (id: string, number: number, slice: Slice): Promise<SentPart> =>
    lanes.memory.hold(slice.length, () =>
      lanes.parts.run(async (report) => {
        const { bytes } = await inTurn(lanes, report, async () =>
          source.read(object, slice, { signal }),
        );
        const sum = crc32(bytes);
        const part = await inTurn(lanes, report, async () => {
          await lanes.bandwidth.take(bytes.byteLength);
          const onSend = () => {
            lanes.onSent(bytes.byteLength);
          };
          return multipart.put(key, id, number, bytes, sum, { signal, onSend });
        });
        report.succeeded(bytes.byteLength);
        uploads.arrived(key, part);
        return part;
      }),
    );

  const { metadata, type, headers } = await readSlice({ start: 0, length: 1 });
  const description: Description = { metadata, type, headers };
  const begun = await find();
  const partSize = begun?.partSize ?? partSizeOf(size, multipart.limits, sizes);
  const id = begun?.id ?? (await call(() => multipart.create(key, description, { signal })));
  if (begun === undefined) uploads.begin(key, { id, identity: object.identity, partSize });

  try {
    const slices = slicesOf(size, partSize);
    const parts = new Map(begun?.parts.map((part) => [part.number, part]));
    await sideBySide(slices, async (slice, index) => {
      const number = index + 1;
      if (!parts.has(number)) parts.set(number, await sendPart(id, number, slice));
    });
    const sent = [...parts.values()].toSorted((a, b) => a.number - b.number);
    const { etag } = await call(() =>
      multipart.complete(key, id, sent, description, { replace, signal }),
    );
    uploads.end(key);
    return { etag, ...wholeOf(sent, slices) };
  } catch (error) {
    const spoiled = error instanceof SourceChangedError || isOver(error);
    if (spoiled || !uploads.lasting) await giveUp(id);
    throw error;
  }

  /** What is known, as far as the store still knows it too. */
  async function find(): Promise<UnfinishedUpload | undefined> {
    const known = uploads.find(key);
    if (known === undefined) return undefined;
    if (known.identity !== object.identity) {
      await giveUp(known.id);
      throw new SourceChangedError("it has changed since its first parts were sent");
    }
    // Their sums are of another kind, and cannot be joined with those of parts that are sent.
    if (known.fetched !== undefined && known.fetched.length > 0) {
      await giveUp(known.id);
      return undefined;
    }
    try {
      const arrived = await call(() => multipart.arrived(key, known.id, { signal }));
      return { ...known, parts: known.parts.filter(({ number }) => arrived.has(number)) };
    } catch (error) {
      if (!isOver(error)) throw error;
      uploads.end(key);
      return undefined;
    }
  }
}

/** The store knows the upload no more, or will not make it an object. */
function isOver(error: unknown): boolean {
  return (
    error instanceof StorageError &&
    (error.kind === "not-found" || error.kind === "precondition-failed")
  );
}

/** Parts of one object at a time: each may hold its bytes in memory. */
const AT_A_TIME = 8;

/** Ends, with the first failure, only when nothing is under way any more. */
async function sideBySide<T>(
  items: readonly T[],
  work: (item: T, index: number) => Promise<void>,
): Promise<void> {
  const rest = items.entries();
  let failed = false;
  const lane = async (): Promise<void> => {
    for (const [index, item] of rest) {
      if (failed) return;
      await work(item, index).catch((error: unknown) => {
        failed = true;
        throw error;
      });
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: AT_A_TIME }, lane));
  for (const end of ended) if (end.status === "rejected") throw end.reason;
}

function wholeOf(
  parts: readonly SentPart[],
  slices: readonly Slice[],
): Pick<Copied, "crc32" | "proof"> {
  let sum = 0;
  for (const [index, { crc32: ofPart }] of parts.entries()) {
    sum = joinCrc32(sum, ofPart, slices[index]?.length ?? 0);
  }
  const proof = parts.every((part) => part.proof === "crc32") ? "crc32" : "md5";
  return { crc32: sum, proof };
}
