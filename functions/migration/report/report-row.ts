import type { JournalEntry } from "../journal-entry.ts";
import type { Finding } from "../verify/finding.ts";

/** One object in a report. */
export interface ReportRow {
  /** Where it was read and where it was written: a path or a link. */
  readonly source: string;
  readonly target: string;
  /** Bytes at the source; of an object that only the target has, there. */
  readonly size: number;
  /** `copied`, `equal`, `conflict`, `missing`, …: see `OutcomeState`, and `Outcome` of a verification. */
  readonly outcome: string;
  /** What shows that both hold the same bytes: `crc32`, `md5`, `checksum`, `bytes`, `empty`. */
  readonly verified?: string;
  /** `crc32:…` or `md5:…` of the bytes, in hexadecimal. */
  readonly checksum?: string;
  /** The target's, quotes included. */
  readonly etag?: string;
  readonly error?: { readonly kind: string; readonly message: string };
}

/**
 * What stands before each name: `/data/storage/x-private/`, `s3://bucket/prefix`. It begins every cell that
 * holds a name, so that no spreadsheet takes a name for a formula and none has to be altered.
 */
export interface ReportPlaces {
  readonly source: string;
  readonly target: string;
}

/** What a migration knows of an object, from whichever of its runs. */
export function rowOfEntry(
  { key, size, state, crc32, etag, proof, error }: JournalEntry,
  places: ReportPlaces,
): ReportRow {
  return {
    ...locate(key, places),
    size,
    outcome: state,
    ...(proof !== undefined && { verified: proof }),
    ...(crc32 !== undefined && { checksum: `crc32:${crc32}` }),
    ...(etag !== undefined && { etag }),
    ...(error !== undefined && { error: { kind: error.kind, message: error.message } }),
  };
}

/** What a verification has found of an object. */
export function rowOfFinding(
  { name, source, target, outcome, proof, checksum, detail }: Finding,
  places: ReportPlaces,
): ReportRow {
  return {
    ...locate(name, places),
    size: source?.size ?? target?.size ?? 0,
    outcome,
    ...(proof !== undefined && { verified: proof }),
    ...(checksum !== undefined && { checksum }),
    ...(detail !== undefined && { error: { kind: outcome, message: detail } }),
  };
}

function locate(name: string, { source, target }: ReportPlaces): ReportPlaces {
  return { source: source + name, target: target + name };
}
