import { LINK_ROUTES } from "./link-routes.ts";
import { OBJECT_ROUTES } from "./object-routes.ts";
import { PICTURE_ROUTES } from "./picture-routes.ts";
import type { Route } from "./route.ts";
import { SERVICE_ROUTES } from "./service-routes.ts";

/** Everything the service answers. A host that serves a part of it imports that part alone. */
export const ROUTES: readonly Route[] = [
  ...OBJECT_ROUTES,
  ...LINK_ROUTES,
  ...PICTURE_ROUTES,
  ...SERVICE_ROUTES,
];
