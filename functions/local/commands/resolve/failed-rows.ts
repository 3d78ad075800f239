import type { LinkBatch } from "@remote-storage/core/links/link-file.ts";
import { readFailedLinks } from "@remote-storage/core/links/report.ts";
import { CommandFailure, EXIT } from "../command.ts";
import type { LineChunk } from "./line-chunks.ts";

/**
 * The links that failed in a part of an ndjson report of `resolve`, with the lines that they had in the
 * link file.
 *
 * @throws CommandFailure naming the first line that is no row of such a report.
 */
export async function* readFailedRows({ bytes, firstLine }: LineChunk): AsyncGenerator<LinkBatch> {
  for await (const batch of readFailedLinks(only(bytes), firstLine)) {
    const broken = batch.links.find(({ error }) => error !== undefined);
    if (broken !== undefined) {
      throw new CommandFailure(
        EXIT.usage,
        `line ${broken.line} is no row of a report: --only-failed reads what resolve --format ndjson wrote`,
      );
    }
    yield batch;
  }
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
