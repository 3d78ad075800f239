import type { Command } from "commander";
import {
  CACHE_NAMES,
  type CacheName,
  type CacheStats,
} from "@remote-storage/core/caches/caches.ts";
import { openDiskCaches, type DiskCaches } from "../../cache/open-disk-caches.ts";
import { createLog } from "../log.ts";
import { toPurgeScope } from "./cache/purge-scope.ts";
import { CommandFailure, EXIT, type CommandContext } from "./command.ts";
import { openOutput } from "./output.ts";
import { openCommandStorage, type CommandStorage } from "./storage.ts";

const HELP = `
Works on DATA_PATH/cache, whether or not a server runs; one that does notices within seconds.
What a server has counted (hits, bytes saved) it tells itself: GET /caches.

Examples:
  remote-storage cache stats
  remote-storage cache stats --json | jq .storage.size
  remote-storage cache purge all
  remote-storage cache purge private/cats/a.jpg
  remote-storage cache purge private/cats/ --prefix --cache previews
  remote-storage cache purge s3://my-bucket/cats/a.jpg`;

interface StatsFlags {
  readonly json?: boolean;
}

interface PurgeFlags extends StatsFlags {
  readonly prefix?: boolean;
  readonly cache?: string;
}

export function cacheCommand(command: Command, context: CommandContext): void {
  command
    .description("Look into the caches of this machine, and empty them.")
    .addHelpText("after", HELP);
  command
    .command("stats")
    .description("What the caches hold, and how much they may.")
    .option("--json", "one JSON document")
    .action(({ json = false }: StatsFlags) =>
      withCaches(context, async ({ caches, scanned }) => {
        await scanned;
        const stats = await caches.stats();
        const rows = CACHE_NAMES.map((name) => [name, toHeld(stats[name])] as const);
        return json
          ? `${JSON.stringify(Object.fromEntries(rows), undefined, 2)}\n`
          : rows.map(([name, held]) => `${plain(name, held)}\n`).join("");
      }),
    );
  command
    .command("purge")
    .description("Take everything, an object, a prefix or a link out of the caches.")
    .argument("<what>", "all, public/… or private/…, or a link")
    .option("--prefix", "all keys that begin so")
    .option("--cache <name>", `only this one: ${CACHE_NAMES.join(", ")}`)
    .option("--json", "one JSON document")
    .action((what: string, { prefix = false, cache, json = false }: PurgeFlags) =>
      withCaches(context, async ({ caches }, storage) => {
        const scope = toPurgeScope(what, prefix, storage);
        const removed = { entries: 0, bytes: 0 };
        for (const name of chosen(cache)) {
          const { entries, bytes } = await caches.purge(name, scope);
          removed.entries += entries;
          removed.bytes += bytes;
        }
        return json
          ? `${JSON.stringify(removed)}\n`
          : `removed ${removed.entries} entries, ${removed.bytes} bytes\n`;
      }),
    );
}

async function withCaches(
  context: CommandContext,
  work: (caches: DiskCaches, storage: CommandStorage) => Promise<string>,
): Promise<void> {
  const storage = await openCommandStorage(context.env);
  const log = createLog(storage.settings.logLevel, context.stderr);
  const opened = openDiskCaches(storage.settings, { now: () => new Date(), log, guest: true });
  try {
    const text = await work(opened, storage);
    await (await openOutput(undefined, context)).write(text);
  } finally {
    await opened.close();
  }
}

function chosen(name: string | undefined): readonly CacheName[] {
  const names = CACHE_NAMES.filter((each) => name === undefined || each === name);
  if (names.length > 0) return names;
  throw new CommandFailure(EXIT.usage, `no cache ${name}: there are ${CACHE_NAMES.join(", ")}`);
}

type Held = Pick<CacheStats, "entries" | "size" | "limit" | "expires">;

/** Without what only a server's own process knows. */
function toHeld({ entries, size, limit, expires }: CacheStats): Held {
  return { entries, size, limit, expires };
}

function plain(name: string, { entries, size, limit }: Held): string {
  const part = limit === 0 ? "off" : `${((size / limit) * 100).toFixed(1)} % of ${limit} bytes`;
  return `${name.padEnd(16)}${String(entries).padStart(10)} entries${String(size).padStart(16)} bytes  ${part}`;
}
