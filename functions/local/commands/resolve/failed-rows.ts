import type { LinkBatch } from "@remote-storage/core/links/link-file.ts";
import * as v from "valibot";
import { CommandFailure, EXIT } from "../command.ts";
import type { LineChunk } from "./line-chunks.ts";

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
 * The links that failed in a part of an ndjson report of `resolve`, with the lines that they had in the
 * link file.
 *
 * @throws CommandFailure naming the first line that is no row of such a report.
 */
export async function* readFailedRows({ bytes, firstLine }: LineChunk): AsyncGenerator<LinkBatch> {
  const texts = new TextDecoder().decode(bytes).replace(/\n$/, "").split("\n");
  const rows = texts.map((text, index) => {
    const result = v.safeParse(row, text);
    if (result.success) return result.output;
    throw new CommandFailure(
      EXIT.usage,
      `line ${firstLine + index} is no row of a report: --only-failed reads what resolve --format ndjson wrote`,
    );
  });
  const links = rows.flatMap((item) =>
    "error" in item ? [{ line: item.line, link: item.link }] : [],
  );
  yield { links, lines: firstLine + rows.length - 1 };
}
