import { createCsvWriter } from "./csv.ts";
import type {
  FailedLink,
  LinkResolver,
  LocatedLink,
  ResolvedLink,
  ResolveOptions,
} from "./link.ts";
import { type LinkBatch, type LinkLine, readLinkFile } from "./link-file.ts";
import type { LinkFileSummary, LinkFileWriter } from "./link-file-writer.ts";
import { createNdjsonWriter } from "./ndjson.ts";

export type LinkFileFormat = "ndjson" | "csv" | "urls";

export interface ResolveFileOptions extends ResolveOptions {
  /** Default `ndjson`, whose last line is the summary; `urls` gives the URLs of the links that resolved. */
  readonly format?: LinkFileFormat;
  /** Leaves out the links that resolved. */
  readonly onlyFailed?: boolean;
  /** Whether the caller may use what the link points to; a refused link fails with `forbidden`. */
  readonly authorize?: (located: LocatedLink) => boolean;
  /** Called once, after the last line. */
  readonly onSummary?: (summary: LinkFileSummary) => void;
}

type Answer = ResolvedLink | FailedLink;

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

/** Characters of output that are handed on at once. */
const CHUNK = 65_536;
/** Signatures that wait for the network at the same time. */
const CONCURRENCY = 64;

/**
 * Resolves a link file as it arrives, in its order and in flat memory; nothing is read ahead of what
 * the consumer takes. Bad lines become results; only reading `body` can throw.
 */
export async function* resolveLinkFile(
  body: AsyncIterable<Uint8Array>,
  resolver: LinkResolver,
  options: ResolveFileOptions,
): AsyncGenerator<string> {
  const writer = createLinkFileWriter(options.format);
  if (writer.head !== "") yield writer.head;
  let last = "";
  yield* resolveLinks(readLinkFile(body), resolver, {
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
  const { format, onlyFailed = false, authorize, onSummary } = options;
  const writer = createLinkFileWriter(format);
  const byCode: Record<string, number> = {};
  let resolved = 0;
  let failed = 0;
  let lines = 0;
  let out = "";

  const resolve = (item: LinkLine): Answer | Promise<Answer> => {
    const { link, error } = item;
    if (error !== undefined) return { link, error };
    const located = resolver.locate(link);
    if (authorize !== undefined && located.type !== "error" && !authorize(located)) {
      return { link, error: FORBIDDEN };
    }
    return resolver.sign(link, located, options);
  };

  const write = (line: number, answer: Answer): void => {
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
    const waiting: { readonly line: number; readonly answer: Answer | Promise<Answer> }[] = [];
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

const FORBIDDEN = {
  code: "forbidden",
  message: "the caller may not use this provider or prefix",
} as const;
