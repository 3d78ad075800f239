import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { StorageError } from "@remote-storage/core/storage/errors.ts";
import { expect, onTestFinished, test } from "vitest";
import type { CommandContext } from "../../functions/local/commands/command.ts";
import { toFailure } from "../../functions/local/commands/failure.ts";
import { run } from "../../functions/local/commands/program.ts";

async function runHere(args: readonly string[]) {
  const folder = await mkdtemp(join(tmpdir(), "remote-storage-program-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  stdin.end();
  const env = { DATA_PATH: folder };
  const { signal } = new AbortController();
  const code = await run(args, { env, stdin, stdout, stderr, signal });
  stdout.end();
  stderr.end();
  return { code, stdout: await text(stdout), stderr: await text(stderr) };
}

test.each([
  { args: ["sgn"], says: /unknown command 'sgn'\n\(Did you mean sign\?\)/ },
  { args: ["resolve"], says: /missing required argument 'file'/ },
  { args: ["resolve", "a", "b"], says: /too many arguments/ },
  { args: ["resolve", "-", "--out"], says: /option '-o, --out <file>' argument missing/ },
  { args: ["resolve", "-", "--format", "xml"], says: /Allowed choices are ndjson, csv, urls/ },
  { args: ["sign", "private/a", "--expires", "8d"], says: /Expected a duration from 1s to 7d/ },
  { args: ["sign", "private/a", "--expires", "0"], says: /Expected a duration from 1s to 7d/ },
  { args: ["sign", "other/a"], says: /no bucket "other": begin with public\/ or private\// },
  { args: ["sign", "private/"], says: /the key is empty/ },
  { args: ["ls", "private", "--limit", "0"], says: /Expected a whole number from 1/ },
])("a wrong command line is exit code 2 and one line: $args", async ({ args, says }) => {
  const { code, stdout, stderr } = await runHere(args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(/^error: /);
  expect(stderr).toMatch(says);
  expect(stderr).not.toMatch(/\n +at /);
});

test.each([
  ["not-found", 3],
  ["no-bucket", 3],
  ["denied", 4],
  ["credentials", 2],
  ["unavailable", 5],
  ["timeout", 5],
  ["conflict", 1],
] as const)("storage that says %s is exit code %i", (kind, expected) => {
  const place = { provider: "minio", operation: "list", bucket: "cars" };
  const context = { env: {}, signal: new AbortController().signal } as CommandContext;
  const { exitCode, message } = toFailure(new StorageError(kind, "no", place), context);
  expect(exitCode).toBe(expected);
  expect(message).toBe("no (minio cars)");
});
