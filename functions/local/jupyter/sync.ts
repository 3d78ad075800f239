import { mapEach } from "@remote-storage/core/http/each.ts";
import { StorageError } from "@remote-storage/core/storage/errors.ts";
import { CommandFailure, EXIT } from "../commands/command.ts";
import { heldRemovals } from "./brake.ts";
import { carryOut, type Deed, type Sides } from "./carry-out.ts";
import type { Ignore } from "./ignore.ts";
import { FileChangedError } from "./local-file.ts";
import { type Action, plan } from "./plan.ts";
import { listRemote } from "./remote-side.ts";
import { createSurveyor, type Survey, type Trouble } from "./survey.ts";

/** Transfers at once: notebooks are small, and the machine is Jupyter's. */
const WIDTH = 4;
/** Actions after which the state is saved: what a crash forgets is compared anew. */
const SAVE_EVERY = 64;

/** What came of one look at both sides. */
export interface Round {
  readonly deeds: readonly Deed[];
  readonly troubles: readonly Trouble[];
  /** Removals that wait, since they are too many. */
  readonly held: number;
}

/** A notebook folder and its place in the storage. One call at a time. */
export interface Sync {
  /** Brings what the storage has; what is newer here stays. Throws StorageError, the system's error. */
  fetch(): Promise<Round>;
  /**
   * Sends what was changed here. What the storage has is not listed: another machine's change shows when it is in
   * the way. Throws CommandFailure when the folder is gone, or the system's error.
   *
   * @param atRest nobody writes any more, so files need not be seen twice.
   */
  send(atRest?: boolean): Promise<Round>;
  /** Paths that have not been sent, without asking the storage. Throws as `send` does. */
  unsent(): Promise<readonly string[]>;
}

export interface SyncOptions extends Sides {
  readonly ignore: Ignore;
  /** Percent of the known files that may be removed at once. */
  readonly mostRemovals: number;
  /** False: the storage is only read. */
  readonly sends: boolean;
}

export function createSync(options: SyncOptions): Sync {
  const { root, state, remote, signal, ignore, mostRemovals, sends } = options;
  const { files } = state;
  const surveyor = createSurveyor(root, ignore);

  function confirm(): void {
    if (state.isThere()) return;
    const message = `${root} is gone, or is not what it was: nothing is removed from the storage`;
    throw new CommandFailure(EXIT.sourceMissing, message);
  }

  /** The folder, and what is to be done to make the storage the same. */
  async function lookAhead(atRest: boolean): Promise<Survey & { readonly actions: Action[] }> {
    confirm();
    const survey = await surveyor.look(files, atRest);
    confirm();
    const etags = new Map([...files].map(([path, { etag }]) => [path, etag]));
    const actions = plan(survey.local, etags, files);
    return { ...survey, actions: actions.filter(({ path }) => !survey.restless.has(path)) };
  }

  async function carryOutAll(actions: readonly Action[], { seen, troubles: earlier }: Survey) {
    const deeds: Deed[] = [];
    const troubles = [...earlier];
    let away = false;
    for (let at = 0; at < actions.length; at += SAVE_EVERY) {
      await mapEach(actions.slice(at, at + SAVE_EVERY), WIDTH, async (action) => {
        const { path } = action;
        // The others would but wait for the same failure.
        if (away) return;
        try {
          deeds.push(await carryOut(action, seen.get(path), options));
        } catch (error) {
          if (error instanceof FileChangedError) return;
          away ||= signal.aborted || (error instanceof StorageError && error.retryable);
          troubles.push({ path, error });
        }
      });
      await state.save();
    }
    return { deeds, troubles };
  }

  return {
    async fetch() {
      const { objects, unfit } = await listRemote(remote, ignore, signal);
      const survey = await surveyor.look(files, true);
      const planned = plan(survey.local, objects, files);
      const actions = planned.filter(({ path }) => !survey.restless.has(path));
      const held = heldRemovals(actions, survey.local, files, mostRemovals);
      const wanted = actions.flatMap((action): readonly Action[] => {
        const { kind, path } = action;
        if (kind === "upload") return [];
        if (kind === "remove-local") return held.includes(action) ? [] : [action];
        if (kind !== "remove-remote") return [action];
        return sends && !held.includes(action) ? [] : [{ kind: "download", path }];
      });
      const done = await carryOutAll(wanted, survey);
      const unfitting = unfit.map((path) => ({
        path,
        error: new Error("no file can have this name"),
      }));
      return { ...done, troubles: [...done.troubles, ...unfitting], held: held.length };
    },

    async send(atRest = false) {
      const ahead = await lookAhead(atRest);
      const held = heldRemovals(ahead.actions, ahead.local, files, mostRemovals);
      const [removals, others] = parted(ahead.actions);
      const first = await carryOutAll(others, ahead);
      // What was moved must have arrived under its new name before it goes under the old one.
      const ready = first.troubles.length === 0 && held.length === 0 && !ahead.shrinking;
      if (!ready || removals.length === 0) return { ...first, held: held.length };
      confirm();
      const then = await carryOutAll(removals, { ...ahead, troubles: [] });
      return { deeds: [...first.deeds, ...then.deeds], troubles: then.troubles, held: 0 };
    },

    async unsent() {
      const { actions, restless } = await lookAhead(true);
      const paths = actions.filter(({ kind }) => kind !== "forget").map(({ path }) => path);
      return [...paths, ...restless].toSorted();
    },
  };
}

const removes = ({ kind }: Action): boolean => kind === "remove-remote";

function parted(actions: readonly Action[]): readonly [readonly Action[], readonly Action[]] {
  return [actions.filter(removes), actions.filter((action) => !removes(action))];
}
