import * as v from "valibot";
import { readLines } from "../http/lines.ts";
import type { LinkError } from "./link.ts";
import type { LinkBatch, LinkLine } from "./link-file.ts";

/** A link of 8 KiB and its URL, each character escaped. */
const MAX_ROW_BYTES = 262_144;

const row = v.pipe(
  v.string(),
  v.parseJson(),
  v.union([
    v.object({ line: v.number(), link: v.string(), error: v.object({ code: v.string() }) }),
    v.object({ line: v.number(), link: v.string(), url: v.string() }),
    v.object({ summary: v.object({}) }),
  ]),
);

/**
 * The links that failed in an earlier NDJSON answer, with the lines that they had in the link file:
 * to be resolved again. Memory stays flat. A line that is no row of such an answer is an error in its
 * own place.
 *
 * @param firstLine the number of the first row, when `body` is a part of a report.
 */
export async function* readFailedLinks(
  body: AsyncIterable<Uint8Array>,
  firstLine = 1,
): AsyncGenerator<LinkBatch> {
  let lines = firstLine - 1;
  for await (const group of readLines(body, MAX_ROW_BYTES)) {
    const links = group.flatMap((line): readonly LinkLine[] => {
      lines += 1;
      const result = v.safeParse(row, "text" in line ? line.text : "");
      if (!result.success) return [{ line: lines, link: "", error: NO_ROW }];
      const item = result.output;
      return "error" in item ? [{ line: item.line, link: item.link }] : [];
    });
    yield { links, lines };
  }
}

const NO_ROW: LinkError = {
  code: "bad_syntax",
  message: "this is no row of a report",
  hint: "send what resolving a link file gave as NDJSON",
};
