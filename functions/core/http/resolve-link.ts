import { authorizeLinks } from "../access/link-access.ts";
import type { LocatedLink, ResolvedLink, ResolveOptions } from "../links/link.ts";
import { ProblemError } from "./problem.ts";
import type { Sent } from "./route.ts";
import type { Services } from "./services.ts";

/** A link that the caller may open, and where it points. */
export interface OpenedLink {
  readonly located: LocatedLink;
  readonly resolved: ResolvedLink;
}

/** @throws ProblemError with the link's own code, `forbidden` where the caller's grants do not reach. */
export async function resolveLink(
  link: string,
  options: ResolveOptions,
  { principal }: Sent,
  { resolver, ownName, metrics }: Services,
): Promise<OpenedLink> {
  const located = resolver.locate(link);
  if (!authorizeLinks(principal.grants, options.method, ownName)(located)) {
    throw new ProblemError("forbidden", "the caller may not use this provider or prefix");
  }
  const resolved = await resolver.sign(link, located, options);
  metrics.links.add(1, "error" in resolved ? resolved.error.code : "ok");
  if ("error" in resolved) {
    const { code, message, hint } = resolved.error;
    throw new ProblemError(code, hint === undefined ? message : `${message}; ${hint}`);
  }
  return { located, resolved };
}
