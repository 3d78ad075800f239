import { StorageError } from "@remote-storage/core/storage/errors.ts";
import { expect, test } from "vitest";
import { fetchFirst } from "../../../functions/local/jupyter/fetch-first.ts";
import { keepSending, type Pace, sendRest } from "../../../functions/local/jupyter/keep-sending.ts";
import { createStatus } from "../../../functions/local/jupyter/status.ts";
import type { Round, Sync } from "../../../functions/local/jupyter/sync.ts";

const away = new StorageError("unavailable", "the store cannot be reached", {
  provider: "http",
  operation: "write",
});
const quiet: Round = { deeds: [], troubles: [], held: [] };
const failed: Round = { ...quiet, troubles: [{ path: "a.ipynb", error: away }] };
const sent: Round = { ...quiet, deeds: [{ kind: "upload", path: "a.ipynb" }] };

/** A sync whose rounds come to these, and a pace without time: pauses are noted, and end it when there are so many. */
function rehearse(
  rounds: readonly (Round | Error)[],
  { takes = 0, most = rounds.length + 1 }: { readonly takes?: number; readonly most?: number } = {},
) {
  const over = new AbortController();
  const pauses: number[] = [];
  const lines: string[] = [];
  let time = 0;
  const left = [...rounds];
  const next = async (): Promise<Round> => {
    time += takes;
    const round = left.shift() ?? quiet;
    if (round instanceof Error) throw round;
    return round;
  };
  const sync: Sync = { fetch: next, send: next, unsent: async () => [] };
  const pace: Pace = {
    interval: 1000,
    sleep: async (milliseconds) => {
      pauses.push(milliseconds);
      if (pauses.length >= most) over.abort();
    },
    clock: () => time,
    tell: createStatus((line) => lines.push(line)),
  };
  return {
    sync,
    pace,
    pauses,
    lines,
    signal: over.signal,
    say: (line: string) => lines.push(line),
  };
}

test("looks at its interval while all is well", async () => {
  const { sync, pace, pauses, signal, lines } = rehearse([sent, quiet]);
  await keepSending(sync, signal, pace);
  expect(pauses).toEqual([1000, 1000, 1000]);
  expect(lines).toEqual(["sent: 1 (a.ipynb)"]);
});

test("waits longer and longer while the storage is away, and tells of it once", async () => {
  const { sync, pace, pauses, signal, lines } = rehearse([
    failed,
    failed,
    new Error("the folder is gone"),
    ...Array.from({ length: 5 }, () => failed),
    sent,
  ]);
  await keepSending(sync, signal, pace);
  expect(pauses).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000, 30_000, 1000]);
  expect(lines).toEqual([
    "the store cannot be reached; tried again: 1 (a.ipynb)",
    "the folder is gone; tried again: 1 (everything)",
    "the store cannot be reached; tried again: 1 (a.ipynb)",
    "sent: 1 (a.ipynb)",
    "all is well again",
  ]);
});

test("looks less often at a folder that takes long to look at", async () => {
  const { sync, pace, pauses, signal } = rehearse([quiet], { takes: 500 });
  await keepSending(sync, signal, pace);
  expect(pauses).toEqual([1000, 10_000]);
});

test("tries the rest until it is sent", async () => {
  const { sync, pace, pauses, signal } = rehearse([failed, failed, sent]);
  expect(await sendRest(sync, signal, pace)).toEqual(sent);
  expect(pauses).toEqual([1000, 2000]);
});

test("gives the rest up with the reason for which it failed", async () => {
  const { sync, pace, signal } = rehearse([failed], { most: 1 });
  expect(await sendRest(sync, signal, pace)).toEqual(failed);
});

test("starts with the files of last time when the storage stays away", async () => {
  const { sync, pace, lines, signal, say, pauses } = rehearse([away, failed, away, away]);
  await fetchFirst(sync, true, { pace, say, signal });
  expect(pauses).toEqual([1000, 2000, 4000]);
  expect(lines.at(-1)).toBe("the store cannot be reached: starting with the files of last time");
});

test("does not start without files when the storage stays away", async () => {
  const { sync, pace, signal, say } = rehearse([away, away, away, away]);
  await expect(fetchFirst(sync, false, { pace, say, signal })).rejects.toBe(away);
});

test("does not start when the storage refuses", async () => {
  const denied = new StorageError("denied", "not allowed", { provider: "http", operation: "list" });
  const { sync, pace, signal, say } = rehearse([denied]);
  await expect(fetchFirst(sync, true, { pace, say, signal })).rejects.toBe(denied);
});

test("tells names without what would drive a terminal", () => {
  const { pace, lines } = rehearse([]);
  pace.tell({ ...quiet, deeds: [{ kind: "upload", path: "a\u001b[2J\n" }] });
  expect(lines).toEqual([String.raw`sent: 1 (a\u{1b}[2J\u{a})`]);
});

test("tells how many wait that are gone", () => {
  const { pace, lines } = rehearse([]);
  const gone = ["a", "b"].map((path) => ({ kind: "remove-remote", path, etag: "" }) as const);
  pace.tell({ ...quiet, held: gone.slice(0, 1) });
  pace.tell({ ...quiet, held: gone });
  expect(lines).toEqual([
    "gone from here, but too many at once to remove from the storage too: 1 (a); --max-delete 100 allows it",
  ]);
});
