import { mapEach } from "@remote-storage/core/http/each.ts";
import { StorageError } from "@remote-storage/core/storage/errors.ts";
import { CommandFailure, EXIT } from "../commands/command.ts";
import { heldRemovals, isRemoval } from "./brake.ts";
import { carryOut, type Deed, type Sides } from "./carry-out.ts";
import type { Ignore } from "./ignore.ts";
import { isChanging } from "./local-file.ts";
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
  readonly held: readonly Action[];
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
    return { ...survey, actions: planned(survey, etags) };
  }

  function planned(survey: Survey, etags: ReadonlyMap<string, string>): Action[] {
    const { local, seen, restless } = survey;
    // Touched, or saved as it was: it need not be read again to know.
    for (const [path, hash] of local) {
      const synced = files.get(path);
      if (synced?.hash === hash) files.set(path, { ...synced, fingerprint: seen.get(path) ?? "" });
    }
    return plan(local, etags, files).filter(({ path }) => !restless.has(path));
  }

  async function carryOutAll(actions: readonly Action[], { seen }: Survey, atRest: boolean) {
    const deeds: Deed[] = [];
    const troubles: Trouble[] = [];
    let away = false;
    for (let at = 0; at < actions.length; at += SAVE_EVERY) {
      await mapEach(actions.slice(at, at + SAVE_EVERY), WIDTH, async (action) => {
        const { path } = action;
        // The others would but wait for the same failure.
        if (away) return;
        try {
          deeds.push(await carryOut(action, seen.get(path), options));
        } catch (error) {
          if (isChanging(error) && !atRest) return;
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
      const actions = planned(survey, objects);
      const held = heldRemovals(actions, survey.local, files, mostRemovals);
      const wanted = actions.flatMap((action): readonly Action[] => {
        const { kind, path } = action;
        if (kind === "upload") return [];
        if (kind === "remove-local") return held.includes(action) ? [] : [action];
        if (kind !== "remove-remote") return [action];
        return sends && !held.includes(action) ? [] : [{ kind: "download", path }];
      });
      const { deeds, troubles } = await carryOutAll(wanted, survey, true);
      const unfitting = unfit.map((path) => ({
        path,
        error: new Error("no file can have this name"),
      }));
      return {
        deeds,
        troubles: [...survey.troubles, ...troubles, ...unfitting],
        held: held.filter(({ kind }) => kind === "remove-local"),
      };
    },

    async send(atRest = false) {
      const ahead = await lookAhead(atRest);
      const { actions, local } = ahead;
      const held = heldRemovals(actions, local, files, mostRemovals);
      const others = actions.filter((action) => !isRemoval(action));
      const first = await carryOutAll(others, ahead, atRest);
      const failed = [...ahead.troubles, ...first.troubles];
      // What was moved must have arrived under its new name before it goes under the old one.
      const isMoving = (path: string) =>
        failed.some(
          (one) => (local.get(one.path) ?? files.get(path)?.hash) === files.get(path)?.hash,
        );
      const waits = held.length > 0 || ahead.shrinking;
      const removals = waits ? [] : actions.filter((one) => isRemoval(one) && !isMoving(one.path));
      confirm();
      const then = await carryOutAll(removals, ahead, atRest);
      return {
        deeds: [...first.deeds, ...then.deeds],
        troubles: [...failed, ...then.troubles],
        held,
      };
    },

    async unsent() {
      const { actions, restless } = await lookAhead(true);
      const paths = actions.filter(({ kind }) => kind !== "forget").map(({ path }) => path);
      return [...paths, ...restless].toSorted();
    },
  };
}
