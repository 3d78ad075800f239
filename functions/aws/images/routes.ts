import { PICTURE_ROUTES } from "@remote-storage/core/http/picture-routes.ts";
import type { Route } from "@remote-storage/core/http/route.ts";
import { getSetItem, headSetItem } from "@remote-storage/core/http/routes/link-set-items.ts";
import { SERVICE_ROUTES } from "@remote-storage/core/http/service-routes.ts";

/** What the function `images` answers: all that our own signature may open, the caches, and itself. */
export const ROUTES: readonly Route[] = [
  ...PICTURE_ROUTES,
  getSetItem,
  headSetItem,
  ...SERVICE_ROUTES,
];
