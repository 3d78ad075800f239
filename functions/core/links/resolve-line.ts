import type { LinkCheck } from "./check-link.ts";
import type {
  FailedLink,
  LinkResolver,
  LocatedLink,
  ResolvedLink,
  ResolveOptions,
} from "./link.ts";
import type { LinkLine } from "./link-file.ts";
import { type Authorize, createLineLocator } from "./locate-line.ts";

export interface ResolveLineOptions extends ResolveOptions {
  /** A link that it refuses fails with `forbidden`. */
  readonly authorize?: Authorize;
  /** Looks at what each link points to; what it finds is added, or why it could not be found. */
  readonly check?: LinkCheck;
}

export type LinkAnswer = ResolvedLink | FailedLink;

/** Makes of each line what the caller gets for it; at once, without a promise, whenever signing does. */
export function createLineResolver(
  resolver: LinkResolver,
  options: ResolveLineOptions,
): (item: LinkLine) => LinkAnswer | Promise<LinkAnswer> {
  const { authorize, check } = options;
  const locate = createLineLocator(resolver, authorize);
  return (item) => {
    const located = locate(item);
    const answer = resolver.sign(item.link, located, options);
    return check === undefined ? answer : addFacts(answer, located, check);
  };
}

async function addFacts(
  signed: LinkAnswer | Promise<LinkAnswer>,
  located: LocatedLink,
  check: LinkCheck,
): Promise<LinkAnswer> {
  const answer = await signed;
  if ("error" in answer) return answer;
  const found = await check(located);
  return "code" in found ? { link: answer.link, error: found } : { ...answer, ...found };
}
