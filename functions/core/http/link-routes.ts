import type { Route } from "./route.ts";
import { getLink, headLink } from "./routes/link.ts";
import { getSetItem, headSetItem, listSetItems } from "./routes/link-set-items.ts";
import { deleteSet, getSet, listSets, putSet } from "./routes/link-sets.ts";
import { listProviders, resolveLinks } from "./routes/links.ts";

/** Links, link files, link sets. */
export const LINK_ROUTES: readonly Route[] = [
  getLink,
  headLink,
  resolveLinks,
  listProviders,
  listSets,
  getSet,
  putSet,
  deleteSet,
  listSetItems,
  getSetItem,
  headSetItem,
];
