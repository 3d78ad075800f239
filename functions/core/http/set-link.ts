import { ProblemError } from "./problem.ts";
import type { Sent } from "./route.ts";
import type { Services } from "./services.ts";
import { checkSet } from "./set-place.ts";

/**
 * The link that an id stands for in a set.
 *
 * @throws ProblemError `forbidden`; `not_found` for the set or the id; the line's own code when it holds
 *   no link.
 */
export async function findSetLink(
  set: string,
  id: string,
  sent: Sent,
  { linkSets }: Services,
): Promise<string> {
  checkSet(set, "links:read", sent);
  const line = await linkSets.find(set, id);
  if (line === undefined) {
    throw new ProblemError("not_found", "the set holds no link of this id any more");
  }
  if (line.error !== undefined) throw new ProblemError(line.error.code, line.error.message);
  return line.link;
}
