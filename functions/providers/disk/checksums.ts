import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { StorageError } from "@remote-storage/core/storage/errors.ts";
import type { FilePlace } from "./files.ts";
import { S3Error } from "./s3-error.ts";

/** What the body must come to; `digest` is asked once, after the last byte. */
interface Check {
  readonly name: string;
  readonly expected: string;
  update(bytes: Uint8Array): void;
  digest(): string;
}

const PREFIX = "x-amz-checksum-";

/** Those that Node computes itself. */
const ALGORITHMS: Readonly<Record<string, { readonly bytes: number; readonly open: () => Hash }>> =
  {
    crc32: { bytes: 4, open: openCrc32 },
    sha1: { bytes: 20, open: () => openHash("sha1") },
    sha256: { bytes: 32, open: () => openHash("sha256") },
  };

interface Hash {
  update(bytes: Uint8Array): void;
  digest(): Buffer;
}

/**
 * The checks that a PUT asks for: `Content-MD5`, `x-amz-checksum-*` (given as header or signed into the
 * query) and the SHA-256 of a signed payload.
 *
 * @throws S3Error `NotImplemented` for an algorithm that could only be ignored, `InvalidDigest` or
 * `InvalidRequest` for a value that is none.
 */
export function checksOf(
  contentMd5: string | null,
  amz: ReadonlyMap<string, string>,
  payloadSha256: string | undefined,
): Check[] {
  const checks: Check[] = [];
  if (contentMd5 !== null) {
    if (!isDigest(contentMd5, 16)) {
      throw new S3Error("InvalidDigest", "The Content-MD5 you specified is not valid.");
    }
    checks.push(toCheck("Content-MD5", contentMd5, "base64", openHash("md5")));
  }
  for (const [name, expected] of checksumsIn(amz)) {
    const algorithm = ALGORITHMS[name.slice(PREFIX.length)];
    if (algorithm === undefined) {
      throw new S3Error("NotImplemented", `${name} is not supported: use crc32, sha1 or sha256`);
    }
    if (!isDigest(expected, algorithm.bytes)) {
      throw new S3Error("InvalidRequest", `Value for ${name} header is invalid.`);
    }
    checks.push(toCheck(name, expected, "base64", algorithm.open()));
  }
  if (payloadSha256 !== undefined) {
    checks.push(toCheck("x-amz-content-sha256", payloadSha256, "hex", openHash("sha256")));
  }
  return checks;
}

/** The headers among `amz` that {@link checksOf} has made checks of. */
export function checksumsIn(amz: ReadonlyMap<string, string>): [name: string, value: string][] {
  return [...amz].filter(
    ([name]) => name.startsWith(PREFIX) && !NO_VALUES.has(name) && !isMadeUp(name, amz),
  );
}

/** Headers of that name which carry no checksum of this body. */
const NO_VALUES = new Set(["x-amz-checksum-mode", "x-amz-checksum-algorithm"]);

/**
 * By default the AWS SDK for JavaScript presigns a PUT with the CRC-32 of the body it does not have, the
 * empty one. It says nothing of the body that is sent, and no uploader could meet it.
 *
 * @see https://github.com/seaweedfs/seaweedfs/issues/10216
 */
function isMadeUp(name: string, amz: ReadonlyMap<string, string>): boolean {
  return (
    name === "x-amz-checksum-crc32" &&
    amz.get(name) === "AAAAAA==" &&
    amz.get("x-amz-sdk-checksum-algorithm") === "CRC32"
  );
}

/** The body, failing with `checksum-mismatch` instead of ending when it is not what was promised. */
export function checked(
  body: ReadableStream<Uint8Array>,
  checks: readonly Check[],
  place: FilePlace,
): ReadableStream<Uint8Array> {
  if (checks.length === 0) return body;
  return body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform: (bytes, controller) => {
        for (const check of checks) check.update(bytes);
        controller.enqueue(bytes);
      },
      flush: () => {
        const wrong = checks.find((check) => check.digest() !== check.expected);
        if (wrong !== undefined) throw mismatch(wrong, place);
      },
    }),
  );
}

function mismatch({ name }: Check, place: FilePlace): StorageError {
  const message = `The ${name} you specified did not match what we received`;
  return new StorageError("checksum-mismatch", message, place);
}

function isDigest(text: string, bytes: number): boolean {
  const decoded = Buffer.from(text, "base64");
  return decoded.byteLength === bytes && decoded.toString("base64") === text;
}

function toCheck(name: string, expected: string, encoding: "base64" | "hex", hash: Hash): Check {
  return {
    name,
    expected,
    update: (bytes) => {
      hash.update(bytes);
    },
    digest: () => hash.digest().toString(encoding),
  };
}

function openHash(algorithm: "md5" | "sha1" | "sha256"): Hash {
  const hash = createHash(algorithm);
  return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest() };
}

function openCrc32(): Hash {
  let value = 0;
  return {
    update: (bytes) => {
      value = crc32(bytes, value);
    },
    digest: () => {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(value);
      return bytes;
    },
  };
}
