import { createHash } from "node:crypto";

/**
 * What a store says of the bytes: the MD5 of all of them, or `<md5>-<n>`, the MD5 of the MD5s of `n`
 * parts. Both are lower-case hexadecimal.
 *
 * Equal tags prove equal bytes. Different ones prove nothing: the parts may have been cut elsewhere, and
 * the etag of an object that is encrypted with a customer's key only looks like an MD5.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html
 */
export interface ContentTag {
  readonly text: string;
  /** 0 for the MD5 of the whole. */
  readonly parts: number;
}

/** `undefined` when the text says nothing of the bytes: an etag of the local disk, or of a blob uploaded in blocks. */
export function parseTag(text = ""): ContentTag | undefined {
  const [, tag, parts = "0"] = /^"?([0-9a-f]{32}(?:-(\d+))?)"?$/.exec(text) ?? [];
  return tag === undefined ? undefined : { text: tag, parts: Number(parts) };
}

/** The tag of these bytes; with `partSize` as an upload in parts of so many bytes has it. */
export async function computeTag(
  body: AsyncIterable<Uint8Array>,
  partSize = Number.POSITIVE_INFINITY,
): Promise<string> {
  const whole = createHash("md5");
  let hash = partSize === Number.POSITIVE_INFINITY ? whole : createHash("md5");
  let parts = 0;
  let room = partSize;
  const endPart = (): void => {
    whole.update(hash.digest());
    hash = createHash("md5");
    parts += 1;
    room = partSize;
  };
  for await (const chunk of body) {
    let rest = chunk;
    while (rest.length > 0) {
      const piece = rest.subarray(0, room);
      hash.update(piece);
      room -= piece.length;
      rest = rest.subarray(piece.length);
      if (room === 0) endPart();
    }
  }
  if (hash === whole) return whole.digest("hex");
  if (room < partSize) endPart();
  return `${whole.digest("hex")}-${parts}`;
}

const MIB = 1024 * 1024;

/** MiB a part: what this program, the AWS CLI, s3transfer, mc, rclone and s5cmd cut by default, and their doubles. */
const USUAL = [5, 8, 10, 15, 16, 25, 32, 50, 64, 100, 128, 256, 512, 1024];

/**
 * The part size by which an object of `size` bytes probably came to have so many parts; `undefined` when no usual one
 * gives that number.
 *
 * @param ours part size that a migration takes for this size.
 */
export function guessPartSize(size: number, parts: number, ours?: number): number | undefined {
  const sizes = USUAL.map((count) => count * MIB);
  if (ours !== undefined) sizes.unshift(ours);
  return sizes.find((partSize) => Math.ceil(size / partSize) === parts);
}
