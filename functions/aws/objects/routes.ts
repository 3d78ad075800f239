import type { Route } from "@remote-storage/core/http/route.ts";
import { ROUTES } from "@remote-storage/core/http/routes.ts";

/** What needs caches and picture libraries, and so a function of its own. */
const ELSEWHERE = /^\/(?:content|previews|converted|images|caches)\b/;

/** What the function `objects` answers; its OpenAPI document tells of everything. */
export const OBJECT_ROUTES: readonly Route[] = ROUTES.filter(({ path }) => !ELSEWHERE.test(path));
