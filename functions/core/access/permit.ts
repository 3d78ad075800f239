import { ProblemError } from "../http/problem.ts";
import { allows, holds, type Action, type Principal } from "./grants.ts";

/** @throws ProblemError `forbidden` when the caller has the action nowhere. */
export function checkAction(principal: Principal, action: Action): void {
  if (!holds(principal.grants, action)) throw new ProblemError("forbidden", `it needs ${action}`);
}

/** @throws ProblemError `forbidden` when the caller may not do it in that place (`private/team-a/cat.jpg`). */
export function checkPlace(principal: Principal, action: Action, place: string): void {
  if (!allows(principal.grants, action, place)) {
    throw new ProblemError("forbidden", `it needs ${action} on ${place}`);
  }
}
