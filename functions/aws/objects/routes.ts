import { LINK_ROUTES } from "@remote-storage/core/http/link-routes.ts";
import { OBJECT_ROUTES } from "@remote-storage/core/http/object-routes.ts";
import type { Route } from "@remote-storage/core/http/route.ts";
import { SERVICE_ROUTES } from "@remote-storage/core/http/service-routes.ts";

/** What the function `objects` answers. */
export const ROUTES: readonly Route[] = [...OBJECT_ROUTES, ...LINK_ROUTES, ...SERVICE_ROUTES];
