import { createHash, randomBytes } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import type { Bucket } from "@remote-storage/core/storage/provider.ts";
import { onTestFinished } from "vitest";
import { openBucketTarget } from "../../functions/migration/bucket/target.ts";
import { createWire, type Wire } from "../../functions/migration/bucket/wire.ts";
import { openFolderSource } from "../../functions/migration/folder/source.ts";
import { readJournal } from "../../functions/migration/journal.ts";
import {
  type MigrationContext,
  type MigrationOptions,
  runMigration,
} from "../../functions/migration/migration.ts";
import type { Outcome } from "../../functions/migration/outcome.ts";
import type { Source } from "../../functions/migration/source.ts";
import type { Summary } from "../../functions/migration/summary.ts";
import type { Target } from "../../functions/migration/target.ts";
import { type Service, startService } from "../providers/disk/service.ts";

const BUCKET = "target";

export interface Stage {
  /** The folder that is migrated. */
  readonly folder: string;
  readonly journal: string;
  readonly service: Service;
  readonly bucket: Bucket;
  readonly source: Source;
  readonly target: Target;
  /** A wire that works, for those that lie. */
  readonly wire: Wire;
  put(key: string, bytes: string | Uint8Array): void;
  targetOver(wire: Wire): Target;
  run(options?: Partial<MigrationOptions>, context?: Partial<MigrationContext>): Promise<Run>;
  /** What the journal tells of the last run, by key. */
  entries(): Record<string, string>;
}

export interface Run {
  readonly summary: Summary;
  readonly outcomes: ReadonlyMap<string, Outcome>;
}

export function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), "remote-storage-migration-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

/** Waits for nothing: what is waited for is counted by those who care. */
const CONTEXT: Omit<MigrationContext, "signal"> = {
  now: () => new Date(),
  clock: () => performance.now(),
  random: () => 0,
  sleep: (_milliseconds, signal) => {
    signal.throwIfAborted();
    return Promise.resolve();
  },
};

export async function runWith(
  options: MigrationOptions,
  context: Partial<MigrationContext> = {},
): Promise<Run> {
  const outcomes = new Map<string, Outcome>();
  const summary = await runMigration(options, {
    ...CONTEXT,
    signal: new AbortController().signal,
    ...context,
    onOutcome: (outcome) => {
      outcomes.set(outcome.key, outcome);
      context.onOutcome?.(outcome);
    },
  });
  return { summary, outcomes };
}

/** A folder to migrate, and the disk's own S3 endpoint behind a real server to migrate it to. */
export async function openStage(): Promise<Stage> {
  const place = temporary();
  const folder = join(place, "source-private");
  mkdirSync(folder);
  const service = await startService([BUCKET]);
  const bucket = service.provider.bucket(BUCKET);
  const wire = createWire({ connections: 16 });
  onTestFinished(async () => {
    await wire.close();
    await service.close();
  });
  const targetOver = (over: Wire): Target =>
    openBucketTarget({ bucket, prefix: "", name: "the target", wire: over });
  const source = openFolderSource({ path: folder, now: () => new Date() });
  const target = targetOver(wire);
  const journal = join(place, "journal.sqlite");
  return {
    folder,
    journal,
    service,
    bucket,
    source,
    target,
    wire,
    targetOver,
    put: (key, bytes) => {
      mkdirSync(dirname(join(folder, key)), { recursive: true });
      writeFileSync(join(folder, key), bytes);
    },
    run: (options, context) => runWith({ source, target, journal, ...options }, context),
    entries: () =>
      Object.fromEntries(Array.from(readJournal(journal), ({ key, state }) => [key, state])),
  };
}

/** Every file below a folder, by its path, with the hash of its bytes. */
export function treeOf(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return Object.fromEntries(
    files.map((file) => {
      const path = join(file.parentPath, file.name);
      return [relative(folder, path), hashOf(readFileSync(path))];
    }),
  );
}

export function targetTree({ service }: Stage): Record<string, string> {
  const folder = join(service.dataPath, "storage", BUCKET);
  return existsSync(folder) ? treeOf(folder) : {};
}

export function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Bytes that no other part has. */
export function noise(size: number): Buffer {
  return randomBytes(size);
}
