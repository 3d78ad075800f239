import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Bucket } from "@remote-storage/core/storage/provider.ts";
import { onTestFinished } from "vitest";
import { openBucketSource } from "../../../functions/migration/bucket/source.ts";
import { openBucketTarget } from "../../../functions/migration/bucket/target.ts";
import { createWire, type WireOptions } from "../../../functions/migration/bucket/wire.ts";
import { openFolderSource } from "../../../functions/migration/folder/source.ts";
import { type MigrationOptions, runMigration } from "../../../functions/migration/migration.ts";
import type { Outcome } from "../../../functions/migration/outcome.ts";
import type { Summary } from "../../../functions/migration/summary.ts";
import { bucketSide } from "../../../functions/migration/verify/bucket-side.ts";
import type { Finding } from "../../../functions/migration/verify/finding.ts";
import { sourceSide } from "../../../functions/migration/verify/source-side.ts";
import { verify } from "../../../functions/migration/verify/verify.ts";

/** A bucket, or a folder's path. */
export type From = Bucket | string;

export interface Migrated {
  readonly summary: Summary;
  readonly outcomes: readonly Outcome[];
}

export interface MigrateOptions extends Partial<
  Pick<MigrationOptions, "attempts" | "concurrency" | "overwrite" | "journal">
> {
  readonly patience?: WireOptions["patience"];
}

/** A folder that is removed after the test. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "migration-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Runs the engine as the command does. Waits between tries are cut to a hundredth. */
export async function migrate(
  from: From,
  to: Bucket,
  { patience, ...options }: MigrateOptions = {},
): Promise<Migrated> {
  const wire = createWire({ connections: 64, ...(patience !== undefined && { patience }) });
  const outcomes: Outcome[] = [];
  try {
    const summary = await runMigration(
      {
        source: sourceOf(from, wire),
        target: openBucketTarget({ bucket: to, prefix: "", name: `to ${to.name}`, wire }),
        journal: join(scratchFolder(), "journal"),
        ...options,
      },
      {
        now: () => new Date(),
        clock: () => performance.now(),
        random: Math.random,
        sleep: async (milliseconds, signal) => {
          await sleep(milliseconds / 100, undefined, { signal });
        },
        signal: new AbortController().signal,
        onOutcome: (outcome) => outcomes.push(outcome),
      },
    );
    return { summary, outcomes };
  } finally {
    await wire.close();
  }
}

function sourceOf(from: From, wire: ReturnType<typeof createWire>) {
  return typeof from === "string"
    ? openFolderSource({ path: from, now: () => new Date() })
    : openBucketSource({ bucket: from, prefix: "", name: `from ${from.name}`, wire });
}

/** Reads both sides, whatever the stores say, and tells what is not equal. */
export async function differences(from: From, to: Bucket): Promise<readonly Finding[]> {
  const different: Finding[] = [];
  const wire = createWire({ connections: 16 });
  try {
    await verify({
      source: typeof from === "string" ? sourceSide(sourceOf(from, wire)) : bucketSide(from, ""),
      target: bucketSide(to, ""),
      how: "read",
      types: true,
      deliver: (finding) => {
        if (finding.outcome !== "equal") different.push(finding);
      },
    });
  } finally {
    await wire.close();
  }
  return different;
}

/** Keys by what became of them. */
export function byState(outcomes: readonly Outcome[]): Record<string, readonly string[]> {
  const groups = Object.groupBy(outcomes, ({ state }) => state);
  return Object.fromEntries(
    Object.entries(groups).map(([state, group]) => [state, group.map(({ key }) => key)]),
  );
}
