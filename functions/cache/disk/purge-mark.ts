import { existsSync, utimesSync, writeFileSync } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { pathOf } from "./layout.ts";

/** Milliseconds between two looks at what another process may have purged. */
const LOOK = 1000;
/** Names looked for before others get their turn. */
const BATCH = 100;

function markOf(root: string): string {
  return join(root, ".purged");
}

/** Tells the process that serves from this folder that entries have been taken out of it. */
export function markPurge(root: string, at: Date): void {
  writeFileSync(markOf(root), "");
  utimesSync(markOf(root), at, at);
}

/** Notices, within a second or two of use, that another process has purged entries, and calls back. */
export function createPurgeWatch(root: string, now: () => number, purged: () => void) {
  let looked = Number.NEGATIVE_INFINITY;
  let last: number | undefined;

  async function look(): Promise<void> {
    const { mtimeMs } = await stat(markOf(root)).catch(() => ({ mtimeMs: 0 }));
    if (last !== undefined && mtimeMs !== last) purged();
    last = mtimeMs;
  }

  return () => {
    if (Math.abs(now() - looked) < LOOK) return;
    looked = now();
    void look();
  };
}

/** Those of the names whose files are gone. */
export async function vanished(root: string, names: readonly string[]): Promise<readonly string[]> {
  const gone: string[] = [];
  for (const [index, name] of names.entries()) {
    if (!existsSync(pathOf(root, name))) gone.push(name);
    if (index % BATCH === 0) await setImmediate();
  }
  return gone;
}
