import type { DiskIndex } from "./disk-index.ts";
import type { Ledger } from "./ledger.ts";
import { shortage } from "./shortage.ts";
import { expiredEntries, oldestEntries } from "./victims.ts";

/** Part of the limit that an eviction goes down to, so that not every put evicts. */
const LOW_WATER = 0.9;
/** Largest part of the limit that one entry may take. */
const LARGEST = 0.5;

/** Keeps a store within its limit and leaves the disk some room. */
export interface Room {
  /** Makes room for a body in a folder, and keeps it until `Ledger.free`; `false`: there is none to be had. */
  reserve(size: number, folder: string): Promise<boolean>;
  /** Evicts what is over the limit: expired entries first, then the least recently used. */
  keep(): Promise<void>;
  dropExpired(): Promise<void>;
  /** How many entries have left before their time. */
  evictions(): number;
}

interface RoomOptions {
  readonly root: string;
  readonly limit: number;
  readonly now: () => number;
  readonly index: DiskIndex;
  readonly ledger: Ledger;
  readonly drop: (name: string) => Promise<number>;
  readonly shortage?: () => Promise<number>;
}

export function createRoom(options: RoomOptions): Room {
  const { root, limit, now, index, ledger, drop } = options;
  const lacking = options.shortage ?? (() => shortage(root));
  let evictions = 0;

  async function dropAll(names: readonly string[]): Promise<void> {
    await Promise.all(names.map(drop));
  }

  const dropExpired = () => dropAll(expiredEntries(index, now()));

  /** One at a time: what is on its way out still counts, and must not be made room for twice. */
  let turn = Promise.resolve();
  function evict(lack: () => Promise<number>): Promise<void> {
    turn = evictAfter(turn, lack);
    return turn;
  }

  async function evictAfter(earlier: Promise<void>, lack: () => Promise<number>): Promise<void> {
    await earlier;
    const missing = await lack();
    const over = ledger.used() > limit ? ledger.used() - limit * LOW_WATER : 0;
    if (over === 0 && missing === 0) return;
    await dropExpired();
    const names = oldestEntries(index, Math.max(over, missing));
    evictions += names.length;
    await dropAll(names);
  }

  async function full(): Promise<boolean> {
    return ledger.used() > limit || (await lacking()) > 0;
  }

  return {
    async reserve(size, folder) {
      if (size > limit * LARGEST) return false;
      ledger.reserve(size);
      ledger.folder(folder);
      if (await full()) await evict(lacking);
      if (!(await full())) return true;
      ledger.free(size);
      return false;
    },
    keep: () => evict(() => Promise.resolve(0)),
    dropExpired,
    evictions: () => evictions,
  };
}
