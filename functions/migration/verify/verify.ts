import { inOrder } from "@remote-storage/core/in-order.ts";
import { StorageError } from "@remote-storage/core/storage/errors.ts";
import { comparePair, type CompareOptions } from "./compare-pair.ts";
import type { Finding, Outcome, VerifySummary } from "./finding.ts";
import { mayStray, type Pair, pairUp } from "./pair-up.ts";
import type { Entry } from "./side.ts";

export interface VerifyOptions extends Pick<
  CompareOptions,
  "source" | "target" | "partSize" | "signal" | "wait"
> {
  /** Default `checksum`. */
  readonly how?: CompareOptions["how"];
  /** Default false. */
  readonly types?: boolean;
  /** Names that are compared; the others are passed over on both sides. Default: all. */
  readonly wanted?: (name: string) => boolean;
  /** Objects of the target alone are differences too. Default true; false where others write there as well. */
  readonly extra?: boolean;
  /** Pairs that are looked at at once. Default 16. */
  readonly width?: number;
  /** Takes every finding, the equal ones too, one by one in the order of the names. */
  readonly deliver: (finding: Finding) => void | Promise<void>;
}

const WIDTH = 16;

/**
 * Compares two sides name by name and tells of each how it came out, in flat memory. One object that
 * cannot be read never stops the others.
 *
 * @throws StorageError when a side cannot be listed; the signal's reason once it is aborted.
 */
export async function verify(options: VerifyOptions): Promise<VerifySummary> {
  const { source, target, signal, extra = true, width = WIDTH, deliver } = options;
  const { wanted = () => true } = options;
  const compare: CompareOptions = { how: "checksum", types: false, ...options };
  const call = signal === undefined ? {} : { signal };
  const counts = { equal: 0, missing: 0, extra: 0, size: 0, content: 0, type: 0, unread: 0 };
  let bytes = 0;
  const pairs = pairUp(keep(source.entries(call), wanted), keep(target.entries(call), wanted));
  await inOrder(
    pairs,
    width,
    (pair) => look(pair, compare),
    async (finding) => {
      if (finding === undefined || (finding.outcome === "extra" && !extra)) return;
      counts[finding.outcome] += 1;
      if (finding.outcome === "equal") bytes += finding.source?.size ?? 0;
      await deliver(finding);
    },
  );
  return { ...counts, bytes };
}

/** True when nothing is missing, different or unproven. */
export function isClean(summary: VerifySummary): boolean {
  const bad: readonly Outcome[] = ["missing", "extra", "size", "content", "type", "unread"];
  return bad.every((outcome) => summary[outcome] === 0);
}

async function* keep(
  entries: AsyncIterable<Entry>,
  wanted: (name: string) => boolean,
): AsyncGenerator<Entry> {
  for await (const entry of entries) if (wanted(entry.name)) yield entry;
}

/** `undefined` for a half of a pair whose other half brings the finding. */
async function look(pair: Pair, options: CompareOptions): Promise<Finding | undefined> {
  try {
    const whole = await findOtherHalf(pair, options);
    const { source, target } = whole;
    if (source !== undefined && target !== undefined) {
      return pair.source === undefined ? undefined : await comparePair(source, target, options);
    }
    return source === undefined
      ? { ...pairOf(whole), outcome: "extra", detail: "only the target has it" }
      : { ...pairOf(whole), outcome: "missing", detail: "the target does not have it" };
  } catch (error) {
    options.signal?.throwIfAborted();
    if (!(error instanceof StorageError)) throw error;
    return { ...pairOf(pair), outcome: "unread", detail: error.message };
  }
}

function pairOf({ source, target }: Pair): Pick<Finding, "name" | "source" | "target"> {
  return source === undefined
    ? { name: target.name, target }
    : { name: source.name, source, ...(target !== undefined && { target }) };
}

/** Asks the store itself for a name that the listings may have in another order. */
async function findOtherHalf(pair: Pair, options: CompareOptions): Promise<Pair> {
  const { name } = pair.source ?? pair.target;
  if ((pair.source !== undefined && pair.target !== undefined) || !mayStray(name)) return pair;
  const call = options.signal === undefined ? {} : { signal: options.signal };
  if (pair.source === undefined) {
    const source = await options.source.find(name, call);
    return source === undefined ? pair : { source, target: pair.target };
  }
  const target = await options.target.find(name, call);
  return target === undefined ? pair : { source: pair.source, target };
}
