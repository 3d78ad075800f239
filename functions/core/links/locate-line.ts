import type { LinkError, LinkResolver, LocatedLink } from "./link.ts";
import type { LinkLine } from "./link-file.ts";

/** Whether the caller may use what a link points to. */
export type Authorize = (located: LocatedLink) => boolean;

const FORBIDDEN: LinkError = {
  code: "forbidden",
  message: "the caller may not use this provider or prefix",
};

/** Finds where lines point, as far as the caller may use it. */
export function createLineLocator(
  { locate }: Pick<LinkResolver, "locate">,
  authorize: Authorize | undefined,
): (item: LinkLine) => LocatedLink {
  return ({ link, error }) => {
    if (error !== undefined) return { type: "error", error };
    const located = locate(link);
    return authorize === undefined || located.type === "error" || authorize(located)
      ? located
      : { type: "error", error: FORBIDDEN };
  };
}
