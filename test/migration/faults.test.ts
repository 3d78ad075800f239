import { StorageError } from "@remote-storage/core/storage/errors.ts";
import { parseKey } from "@remote-storage/core/storage/key.ts";
import { expect, test } from "vitest";
import type { Answer, Wire } from "../../functions/migration/bucket/wire.ts";
import { noise, openStage, targetTree, treeOf } from "./stage.ts";

type Fault = (send: () => Promise<Answer>, attempt: number) => Promise<Answer>;

/** A real store behind a line that fails PUTs, each key's tries counted apart. */
function spoil(wire: Wire, fault: Fault): Wire {
  const attempts = new Map<string, number>();
  return {
    ...wire,
    send: (request, options) => {
      const send = () => wire.send(request, options);
      if (request.method !== "PUT") return send();
      const [url = ""] = request.url.split("?");
      const attempt = (attempts.get(url) ?? 0) + 1;
      attempts.set(url, attempt);
      return fault(send, attempt);
    },
  };
}

const answer = (status: number, code: string, headers: Record<string, string> = {}): Answer => ({
  status,
  headers,
  body: Buffer.from(`<Error><Code>${code}</Code><Message>not &quot;now&quot;</Message></Error>`),
});

const reset = Object.assign(new Error("socket hang up"), { code: "UND_ERR_SOCKET" });

async function stageWith(fault: Fault) {
  const stage = await openStage();
  for (let i = 0; i < 20; i++) stage.put(`${i}`, noise(100));
  return { stage, target: stage.targetOver(spoil(stage.wire, fault)) };
}

test.each<[string, Fault]>([
  [
    "500",
    (send, attempt) => (attempt < 3 ? Promise.resolve(answer(500, "InternalError")) : send()),
  ],
  ["503", (send, attempt) => (attempt < 3 ? Promise.resolve(answer(503, "SlowDown")) : send())],
  [
    "429",
    (send, attempt) =>
      attempt < 2 ? Promise.resolve(answer(429, "Busy", { "retry-after": "3" })) : send(),
  ],
  ["a reset before", (send, attempt) => (attempt < 3 ? Promise.reject(reset) : send())],
  [
    "bytes that arrive as others",
    (send, attempt) =>
      attempt < 2 ? Promise.resolve(answer(400, "XAmzContentChecksumMismatch")) : send(),
  ],
])("%s: everything arrives in the end", async (_name, fault) => {
  const { stage, target } = await stageWith(fault);
  const { summary } = await stage.run({ target });
  expect(summary.counts.copied.objects).toBe(20);
  expect(targetTree(stage)).toEqual(treeOf(stage.folder));
});

test("a reply that is lost after the store has written is no conflict with ourselves", async () => {
  const { stage, target } = await stageWith(async (send, attempt) => {
    const told = await send();
    if (attempt === 1) throw reset;
    return told;
  });
  const { summary } = await stage.run({ target });
  expect(summary.counts.copied.objects).toBe(20);
  expect(targetTree(stage)).toEqual(treeOf(stage.folder));
});

test("a store that says it has stored other bytes is not believed", async () => {
  const { stage, target } = await stageWith(async (send) => {
    const told = await send();
    return { ...told, headers: { ...told.headers, "x-amz-checksum-crc32": "AAAAAA==" } };
  });
  // What it has stored is right nevertheless, so its own word decides after the last try.
  const { summary } = await stage.run({ target, attempts: 3 });
  expect(summary.counts.copied.objects).toBe(20);

  const other = await stageWith(() =>
    Promise.resolve({
      status: 200,
      headers: { etag: '"x"', "x-amz-checksum-crc32": "AAAAAA==" },
      body: Buffer.alloc(0),
    }),
  );
  const run = await other.stage.run({ target: other.target, attempts: 2 });
  expect(run.summary).toMatchObject({
    counts: { copied: { objects: 0 }, failed: { objects: 20 } },
    failures: { "checksum-mismatch": 20 },
    retryable: 20,
  });
});

test("a 200 that does not say that anything was stored is no success", async () => {
  const { stage, target } = await stageWith(() => Promise.resolve(answer(200, "InternalError")));
  const { summary } = await stage.run({ target, attempts: 2 });
  expect(summary).toMatchObject({ counts: { copied: { objects: 0 } }, retryable: 20 });
});

test("a page of a listing that fails is asked for again", async () => {
  const { stage } = await stageWith((send) => send());
  let failures = 2;
  const { target } = stage;
  const { summary } = await stage.run({
    target: {
      ...target,
      async *pages({ again = (fetch) => fetch(), ...options }) {
        await again(() => {
          failures -= 1;
          const place = { provider: "test", operation: "list" };
          if (failures >= 0) throw new StorageError("unavailable", "broken off", place);
          return Promise.resolve();
        });
        yield* target.pages(options);
      },
    },
  });
  expect(summary.counts.copied.objects).toBe(20);
});

test("a store that denies what it has just been given has it nevertheless", async () => {
  const { stage, target } = await stageWith(async (send, attempt) => {
    if (attempt > 1) return answer(403, "AuthorizationPermissionMismatch");
    await send();
    throw reset;
  });
  const { summary } = await stage.run({ target });
  expect(summary.counts.copied.objects).toBe(20);
});

test("a store that tells no CRC-32 proves by MD5", async () => {
  const { stage, target } = await stageWith(async (send) => {
    const { headers, ...told } = await send();
    const { "x-amz-checksum-crc32": _, ...rest } = headers;
    return { ...told, headers: rest };
  });
  const { outcomes } = await stage.run({ target });
  expect(new Set(Array.from(outcomes.values(), ({ proof }) => proof))).toEqual(new Set(["md5"]));
});

test("one who comes first with another object is left alone", async () => {
  const { stage, target } = await stageWith(async (send, attempt) => {
    if (attempt === 1) await stage.bucket.write(parseKey("7"), Buffer.from("quicker"));
    return send();
  });
  const { outcomes } = await stage.run({ target });
  expect(outcomes.get("7")?.state).toBe("conflict");
});

test("tries are bounded, the failure is told as one that may pass, and the next run does the rest", async () => {
  const { stage, target } = await stageWith(() =>
    Promise.resolve(answer(503, "ServiceUnavailable")),
  );
  const { summary, outcomes } = await stage.run({ target, attempts: 2 });
  expect(summary).toMatchObject({ counts: { failed: { objects: 20 } }, retryable: 20 });
  expect(outcomes.get("1")?.error?.message).toBe('ServiceUnavailable: not "now"');
  expect((await stage.run()).summary.counts.copied.objects).toBe(20);
});

test("when nothing succeeds any more the run ends, instead of failing a million times", async () => {
  const stage = await openStage();
  for (let i = 0; i < 300; i++) stage.put(`${i}`, "x");
  let puts = 0;
  const denying = spoil(stage.wire, () => {
    puts += 1;
    return Promise.resolve(answer(403, "AccessDenied"));
  });
  const { summary } = await stage.run({ target: stage.targetOver(denying), concurrency: 4 });
  expect(summary.stopped).toMatchObject({ by: "target" });
  expect(puts).toBeLessThan(120);
});
