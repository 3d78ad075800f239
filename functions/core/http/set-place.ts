import { checkPlace } from "../access/permit.ts";
import { isSetName, SET_NAME } from "../links/sets/set-name.ts";
import { ProblemError } from "./problem.ts";
import type { Sent } from "./route.ts";

/** What grants may be limited to: `sets/` for all sets, `sets/cars/` for one. */
export function setPlace(name: string): string {
  return `sets/${name}/`;
}

/**
 * Makes sure that a path names a set and that the caller may use it.
 *
 * @throws ProblemError `forbidden`; `not_found`, or with `writing` `invalid_request`, for what is no name.
 */
export function checkSet(
  name: string,
  action: "links:read" | "links:write",
  { principal }: Sent,
): void {
  checkPlace(principal, action, setPlace(name));
  if (isSetName(name)) return;
  throw action === "links:write"
    ? new ProblemError("invalid_request", `a set's name has ${SET_NAME}`)
    : new ProblemError("not_found", "there is no set of this name");
}
