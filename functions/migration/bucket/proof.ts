import { StorageError } from "@remote-storage/core/storage/errors.ts";
import { md5Of, toBase64 } from "../sums.ts";
import type { Proof } from "../target.ts";
import { sumsIn } from "./answer-headers.ts";
import type { Answer } from "./wire.ts";

/** The checksums that a request binds. */
interface Bound {
  /** Base64. */
  readonly checksumCrc32?: string;
  /** Base64. */
  readonly contentMd5?: string;
}

/** Chooses by which checksum a store proves what it stores. */
export interface Prover {
  bind(bytes: Uint8Array, crc32: number): Bound;
  /** Throws StorageError `checksum-mismatch` when the answer tells another sum, `unavailable` when it tells nothing. */
  check(answer: Answer, bound: Bound): Proof;
}

/**
 * Stores that know CRC-32 say it in their answers; there are S3 stores that pass over it in silence. So
 * the first requests bind the dearer MD5 too, which every store checks, until an answer tells.
 */
export function createProver(signsCrc32: boolean): Prover {
  let known: Proof | undefined = signsCrc32 ? undefined : "md5";
  return {
    bind: (bytes, crc32) => ({
      ...(known !== "md5" && { checksumCrc32: toBase64(crc32) }),
      ...(known !== "crc32" && { contentMd5: md5Of(bytes) }),
    }),
    check: ({ headers }, { checksumCrc32, contentMd5 }) => {
      if (!SAID.some((name) => headers[name] !== undefined)) throw unsaid();
      const told = headers["x-amz-checksum-crc32"];
      if (checksumCrc32 !== undefined && told !== undefined) {
        if (told !== checksumCrc32) throw mismatch("CRC-32");
        known = "crc32";
        return "crc32";
      }
      if (contentMd5 === undefined) {
        known = undefined;
        throw mismatch("CRC-32 that the store no longer tells");
      }
      const { md5 = contentMd5 } = sumsIn(headers);
      if (md5 !== contentMd5) throw mismatch("MD5");
      if (signsCrc32) known = "md5";
      return "md5";
    },
  };
}

/** Of whatever a store says it has stored it tells one of these; Azure tells no etag of a block. */
const SAID = ["etag", "content-md5", "x-ms-content-crc64", "x-ms-request-server-encrypted"];

/** Something between has answered, or a store whose failure hides behind a 200. */
function unsaid(): StorageError {
  const message = "the answer does not say that anything was stored";
  return new StorageError("unavailable", message, { provider: "migration", operation: "PUT" });
}

function mismatch(what: string): StorageError {
  const message = `what the store has stored has another ${what} than what was sent`;
  return new StorageError("checksum-mismatch", message, {
    provider: "migration",
    operation: "PUT",
  });
}
