import { expect, test } from "vitest";
import { createLog } from "../../functions/aws/log.ts";
import { settle } from "../../functions/aws/settle.ts";

function openLog() {
  const lines: string[] = [];
  const log = createLog(
    (line) => lines.push(line),
    () => new Date(0),
    () => undefined,
  )("warn");
  return { lines, log };
}

test("what a request has left behind is waited for", async () => {
  const { lines, log } = openLog();
  const work = Promise.withResolvers<void>();
  let over = false;
  const settling = settle(() => work.promise, 60_000, log).then(() => (over = true));
  await new Promise((resolve) => setImmediate(resolve));
  expect(over).toBe(false);
  work.resolve();
  await settling;
  expect(lines).toEqual([]);
});

test("but not beyond the function's time, which the log tells", async () => {
  const { lines, log } = openLog();
  await settle(() => new Promise(() => undefined), 1, log);
  expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { level: "WARN", limit: "time" },
  ]);
});
