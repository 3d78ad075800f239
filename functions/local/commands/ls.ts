import type { Bucket } from "@remote-storage/core/storage/provider.ts";
import { type Command, InvalidArgumentError } from "commander";
import { visible } from "../visible.ts";
import type { CommandContext } from "./command.ts";
import { openOutput } from "./output.ts";
import { openCommandStorage, ownBucket } from "./storage.ts";

const HELP = `
Without an argument: the service's buckets.
One line an object: size in bytes, time of the last change, key; keys in UTF-8 byte order.
With a delimiter, keys that go on after it are rolled up into one line: a folder.

Examples:
  remote-storage ls
  remote-storage ls private/cats/ --delimiter /
  remote-storage ls public --json | jq -s 'map(.size) | add'`;

interface LsFlags {
  readonly delimiter?: string;
  readonly json?: boolean;
  readonly limit?: number;
}

export function lsCommand(command: Command, context: CommandContext): void {
  command
    .description("List the service's buckets, or the objects of one.")
    .argument("[bucket/prefix]", "public or private, and what the keys begin with")
    .option("-d, --delimiter <text>", "roll keys up at this text, usually /")
    .option("-n, --limit <count>", "stop after this many lines", parseCount)
    .option("--json", "one JSON object a line")
    .addHelpText("after", HELP)
    .action(async (place: string | undefined, flags: LsFlags) => {
      const storage = await openCommandStorage(context.env);
      const output = await openOutput(undefined, context);
      if (place === undefined) {
        const buckets = Object.entries(storage.buckets).map(([bucket, { name }]) => ({
          bucket,
          name,
        }));
        await output.write(
          lines(buckets.map((row) => (flags.json === true ? JSON.stringify(row) : row.bucket))),
        );
        return;
      }
      const { bucket, rest } = ownBucket(storage, place);
      for await (const rows of pages(bucket, rest, flags, context.signal)) {
        await output.write(
          lines(rows.map((row) => (flags.json === true ? JSON.stringify(row) : plainRow(row)))),
        );
      }
    });
}

type Row =
  | { readonly prefix: string }
  | { readonly key: string; readonly size: number; readonly etag: string; readonly modified: Date };

/** Pages until the listing or the limit ends, each with its folders first. */
async function* pages(
  bucket: Bucket,
  prefix: string,
  { delimiter, limit = Number.POSITIVE_INFINITY }: LsFlags,
  signal: AbortSignal,
): AsyncGenerator<readonly Row[]> {
  let left = limit;
  let cursor: string | undefined;
  do {
    const page = await bucket.list({
      prefix,
      limit: Math.min(left, 1000),
      signal,
      ...(delimiter !== undefined && { delimiter }),
      ...(cursor !== undefined && { cursor }),
    });
    const rows: Row[] = [...page.prefixes.map((name) => ({ prefix: name })), ...page.objects];
    left -= rows.length;
    yield rows;
    ({ cursor } = page);
  } while (cursor !== undefined && left > 0);
}

function plainRow(row: Row): string {
  if ("prefix" in row) return `${"folder".padStart(14)}  ${" ".repeat(20)}  ${visible(row.prefix)}`;
  const modified = `${row.modified.toISOString().slice(0, 19)}Z`;
  return `${String(row.size).padStart(14)}  ${modified}  ${visible(row.key)}`;
}

function lines(rows: readonly string[]): string {
  return rows.map((row) => `${row}\n`).join("");
}

function parseCount(text: string): number {
  const count = Number(text);
  if (!Number.isSafeInteger(count) || count < 1) {
    throw new InvalidArgumentError("Expected a whole number from 1.");
  }
  return count;
}
