import { describe, expect, test } from "vitest";
import { decide, plan } from "../../../functions/local/jupyter/plan.ts";

const synced = { hash: "a", etag: '"1"' };

describe("what is done about a path", () => {
  test.each([
    ["nothing anywhere", undefined, undefined, undefined, undefined],
    ["a new file", "a", undefined, undefined, { kind: "upload", hash: "a" }],
    ["a new object", undefined, '"1"', undefined, { kind: "download" }],
    ["both, never compared", "a", '"1"', undefined, { kind: "reconcile", hash: "a" }],
    ["both as they were", "a", '"1"', synced, undefined],
    ["an edited file", "b", '"1"', synced, { kind: "upload", hash: "b", replaces: '"1"' }],
    ["a changed object", "a", '"2"', synced, { kind: "download", replaces: "a" }],
    ["both changed", "b", '"2"', synced, { kind: "reconcile", hash: "b" }],
    ["a removed object", "a", undefined, synced, { kind: "remove-local", hash: "a" }],
    ["a removed object, the file edited", "b", undefined, synced, { kind: "upload", hash: "b" }],
    ["a removed file", undefined, '"1"', synced, { kind: "remove-remote", etag: '"1"' }],
    ["a removed file, the object changed", undefined, '"2"', synced, { kind: "download" }],
    ["both removed", undefined, undefined, synced, { kind: "forget" }],
  ] as const)("%s", (_, local, remote, before, action) => {
    const expected = action === undefined ? undefined : { path: "p", ...action };
    expect(decide("p", local, remote, before)).toEqual(expected);
  });
});

test("plans every path of any side, in order", () => {
  const actions = plan(new Map([["c", "1"]]), new Map([["a", '"1"']]), new Map([["b", synced]]));
  expect(actions.map(({ kind, path }) => [path, kind])).toEqual([
    ["a", "download"],
    ["b", "forget"],
    ["c", "upload"],
  ]);
});
