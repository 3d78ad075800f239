import * as fc from "fast-check";
import { expect, test } from "vitest";
import { type Action, decide, plan, type Synced } from "../../../functions/local/jupyter/plan.ts";
import { propertyRuns } from "../../support/property-runs.ts";

/*
 * Two machines and a store as maps from paths to contents, where a content is its own hash. What the planner asks for
 * is carried out as its actions promise, one by one, so that a crash may come between any two, and between what an
 * action changes and what is noted of it.
 */

const PATHS = ["a", "b"];

interface Machine {
  readonly files: Map<string, string>;
  readonly synced: Map<string, Synced>;
}

interface Model {
  readonly machines: readonly Machine[];
  readonly store: Map<string, { readonly content: string; readonly etag: string }>;
  /** Contents that somebody wrote and nobody has replaced or removed. */
  readonly wanted: Set<string>;
  writes: number;
}

type Step =
  | { readonly kind: "edit" | "remove"; readonly machine: number; readonly path: string }
  | {
      readonly kind: "sync";
      readonly machine: number;
      readonly blind: boolean;
      readonly steps: number;
    }
  | { readonly kind: "forget"; readonly machine: number };

const machine = fc.integer({ min: 0, max: 1 });
const path = fc.constantFrom(...PATHS);
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom("edit", "remove"), machine, path }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("sync" as const),
      machine,
      /** As during a run: the store is not listed. */
      blind: fc.boolean(),
      /** How far it comes before it is killed. */
      steps: fc.integer({ min: 0, max: 12 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("forget" as const), machine }) },
);

test("whatever two machines do and wherever they crash, nothing is lost that nobody removed", () => {
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 40 }), (steps) => {
      const model = create();
      for (const one of steps) {
        apply(model, one);
        const kept = new Set([
          ...model.machines.flatMap(({ files }) => [...files.values()]),
          ...[...model.store.values()].map(({ content }) => content),
        ]);
        expect([...model.wanted].filter((content) => !kept.has(content))).toEqual([]);
      }
    }),
    { numRuns: propertyRuns(5_000, 200_000) },
  );
});

test("left alone, two machines and the store come to be the same", () => {
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 40 }), (steps) => {
      const model = create();
      for (const one of steps) apply(model, one);
      // Sends what is here, brings what is there; a copy that was made then needs the same again.
      for (let round = 0; round < 4; round++) {
        for (const at of [0, 1]) sync(model, at, false, Number.POSITIVE_INFINITY);
      }
      const stored = [...model.store].map(([name, { content }]) => [name, content] as const);
      for (const { files } of model.machines) expect(files).toEqual(new Map(stored));
    }),
    { numRuns: propertyRuns(1_000, 100_000) },
  );
});

function create(): Model {
  const machines = [0, 1].map(() => ({ files: new Map(), synced: new Map() }));
  return { machines, store: new Map(), wanted: new Set(), writes: 0 };
}

function apply(model: Model, step: Step): void {
  const { files, synced } = model.machines[step.machine] as Machine;
  if (step.kind === "sync") {
    sync(model, step.machine, step.blind, step.steps);
  } else if (step.kind === "forget") {
    synced.clear();
  } else {
    const before = files.get(step.path);
    if (before !== undefined) model.wanted.delete(before);
    if (step.kind === "remove") {
      files.delete(step.path);
      return;
    }
    const content = `edit ${++model.writes}`;
    model.wanted.add(content);
    files.set(step.path, content);
  }
}

function sync(model: Model, at: number, blind: boolean, steps: number): void {
  const { files, synced } = model.machines[at] as Machine;
  const listed = blind
    ? new Map([...synced].map(([name, { etag }]) => [name, etag]))
    : new Map([...model.store].map(([name, { etag }]) => [name, etag]));
  let left = steps;
  for (const action of plan(files, listed, synced)) {
    for (const part of parts(model, at, action)) {
      if (left-- <= 0) return;
      part();
    }
  }
}

/** What an action does, in the order in which it does it. */
function parts(model: Model, at: number, action: Action): readonly (() => void)[] {
  const { files, synced } = model.machines[at] as Machine;
  const { path: name } = action;
  const there = model.store.get(name);
  const again = (): readonly (() => void)[] => {
    const next = decide(name, files.get(name), there?.etag, synced.get(name));
    return next === undefined ? [] : parts(model, at, next);
  };
  switch (action.kind) {
    case "upload": {
      if (there?.etag !== action.replaces) return again();
      const etag = `"${++model.writes}"`;
      return [
        () => void model.store.set(name, { content: action.hash, etag }),
        () => void synced.set(name, { hash: action.hash, etag }),
      ];
    }
    case "remove-remote":
      if (there !== undefined && there.etag !== action.etag) return again();
      return [() => void model.store.delete(name), () => void synced.delete(name)];
    case "download":
      if (there === undefined) return [];
      return [
        () => void files.set(name, there.content),
        () => void synced.set(name, { hash: there.content, etag: there.etag }),
      ];
    case "reconcile":
      if (there === undefined) return [];
      return [
        () => {
          const copy = `${name} (from storage, ${there.content})`;
          if (there.content !== action.hash && !files.has(copy)) files.set(copy, there.content);
        },
        () => void synced.set(name, { hash: there.content, etag: there.etag }),
      ];
    case "remove-local":
      return [() => void files.delete(name), () => void synced.delete(name)];
    case "forget":
      return [() => void synced.delete(name)];
    default:
      return action satisfies never;
  }
}
