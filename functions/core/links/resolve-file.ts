import { createCsvWriter } from "./csv.ts";
import type { LinkResolver } from "./link.ts";
import type { LinkBatch } from "./link-file.ts";
import type { LinkFileSummary, LinkFileWriter } from "./link-file-writer.ts";
import { createNdjsonWriter } from "./ndjson.ts";
import { createLineResolver, type LinkAnswer, type ResolveLineOptions } from "./resolve-line.ts";

export type LinkFileFormat = "ndjson" | "csv" | "urls";

export interface ResolveFileOptions extends ResolveLineOptions {
  /** Default `ndjson`, whose last line is the summary; `urls` gives the URLs of the links that resolved. */
  readonly format?: LinkFileFormat;
  /** Leaves out the links that resolved. */
  readonly onlyFailed?: boolean;
  /** Called once, after the last line. */
  readonly onSummary?: (summary: LinkFileSummary) => void;
}

const WRITERS: Readonly<Record<LinkFileFormat, () => LinkFileWriter>> = {
  ndjson: createNdjsonWriter,
  csv: createCsvWriter,
  urls: () => ({
    head: "",
    resolved: (_, { url }) => `${url}\n`,
    failed: () => "",
    summary: () => "",
  }),
};

/** Characters of output that are handed on at once: few, so that they are garbage while still young. */
const CHUNK = 16_384;
/** Signatures that wait for the network at the same time. */
const CONCURRENCY = 64;

/**
 * Resolves a link file as it arrives, in its order and in flat memory; nothing is read ahead of what
 * the consumer takes. Bad lines become results; only reading `batches` can throw.
 */
export async function* resolveLinkFile(
  batches: AsyncIterable<LinkBatch>,
  resolver: LinkResolver,
  options: ResolveFileOptions,
): AsyncGenerator<string> {
  const writer = createLinkFileWriter(options.format);
  if (writer.head !== "") yield writer.head;
  let last = "";
  yield* resolveLinks(batches, resolver, {
    ...options,
    onSummary: (counted) => {
      last = writer.summary(counted);
      options.onSummary?.(counted);
    },
  });
  if (last !== "") yield last;
}

/** What turns the answers into the text of a format. */
export function createLinkFileWriter(format: LinkFileFormat = "ndjson"): LinkFileWriter {
  return WRITERS[format]();
}

/** The rows alone, without the head and the summary: for a part of a file. */
export async function* resolveLinks(
  batches: AsyncIterable<LinkBatch>,
  resolver: LinkResolver,
  options: ResolveFileOptions,
): AsyncGenerator<string> {
  const { format, onlyFailed = false, onSummary } = options;
  const resolve = createLineResolver(resolver, options);
  const writer = createLinkFileWriter(format);
  const byCode: Record<string, number> = {};
  let resolved = 0;
  let failed = 0;
  let lines = 0;
  let out = "";

  const write = (line: number, answer: LinkAnswer): void => {
    if ("error" in answer) {
      const { code } = answer.error;
      failed++;
      byCode[code] = (byCode[code] ?? 0) + 1;
      out += writer.failed(line, answer);
    } else {
      resolved++;
      if (!onlyFailed) out += writer.resolved(line, answer);
    }
  };

  for await (const batch of batches) {
    // Answers in the order of the file, from the first one that was not there at once.
    const waiting: { readonly line: number; readonly answer: LinkAnswer | Promise<LinkAnswer> }[] =
      [];
    for (const item of batch.links) {
      const answer = resolve(item);
      if (waiting.length === 0 && !(answer instanceof Promise)) {
        write(item.line, answer);
      } else {
        waiting.push({ line: item.line, answer });
        const first = waiting.length < CONCURRENCY ? undefined : waiting.shift();
        if (first !== undefined) write(first.line, await first.answer);
      }
      if (out.length >= CHUNK) {
        yield out;
        out = "";
      }
    }
    for (const { line, answer } of waiting) write(line, await answer);
    lines = batch.lines;
    if (out !== "") yield out;
    out = "";
  }
  onSummary?.({ lines, resolved, failed, byCode });
}
