import { type AccessRules, NO_RULES } from "@remote-storage/core/access/access-rules.ts";
import { followRules } from "@remote-storage/core/access/live-rules.ts";
import { createHealth } from "@remote-storage/core/health.ts";
import { silentLog } from "@remote-storage/core/log.ts";
import { expect, test } from "vitest";

/** Rules that are told apart by a name, which is their text. */
const parse = (text: string): AccessRules => {
  if (text.startsWith("bad")) throw new Error(`mistake in ${text}`);
  return {
    ...NO_RULES,
    jwts: [{ name: text, issuer: "", audiences: [], claims: [], grants: [] }],
  };
};

function open() {
  const state = { now: 0, text: "one", reads: 0 };
  const errors: unknown[] = [];
  const health = createHealth();
  const rules = followRules(
    { text: "one", rules: parse("one") },
    {
      read() {
        state.reads += 1;
        return state.text === ""
          ? Promise.reject(new Error("ENOENT"))
          : Promise.resolve(state.text);
      },
      parse,
      now: () => new Date(state.now),
      log: { ...silentLog, error: (fields) => void errors.push(fields["error"]) },
      health,
    },
  );
  /** The rules in force that many milliseconds later. */
  const after = async (milliseconds: number, text?: string) => {
    state.now += milliseconds;
    state.text = text ?? state.text;
    return (await rules()).jwts[0]?.name;
  };
  return { state, errors, health, after };
}

test("rules change with their file, looked at once a second at most", async () => {
  const { state, after } = open();
  expect(await after(0)).toBe("one");
  expect(await after(999, "two")).toBe("one");
  expect(state.reads).toBe(1);
  expect(await after(1)).toBe("two");
  expect(await after(5000, "three")).toBe("three");
});

test("many callers at once share one look, and all see what it found", async () => {
  const { state, after } = open();
  await after(0);
  const found = await Promise.all([after(1000, "two"), after(0), after(0)]);
  expect(found).toEqual(["two", "two", "two"]);
  expect(state.reads).toBe(2);
});

test("a broken file changes nothing, and is told once for each mistake", async () => {
  const { errors, health, after } = open();
  expect(await after(1000, "bad 1")).toBe("one");
  expect(await after(1000)).toBe("one");
  expect(health.degraded()).toEqual([
    "ACCESS_FILE: the file cannot be used: the rules before it are in force",
  ]);
  expect(await after(1000, "bad 2")).toBe("one");
  expect(await after(1000, "")).toBe("one");
  expect(errors).toEqual(["mistake in bad 1", "mistake in bad 2", "ENOENT"]);
  expect(await after(1000, "two")).toBe("two");
  expect(health.degraded()).toEqual([]);
  await after(1000, "bad 1");
  expect(errors).toHaveLength(4);
});
