import type { PublicFetch } from "@remote-storage/core/links/public-fetch.ts";
import type { FetchRules } from "@remote-storage/core/settings/host-list.ts";

/** A guarded fetch whose HTTP client loads with the first request: most of the service needs none. */
export function openGuardedFetch(rules: FetchRules): PublicFetch {
  let opened: Promise<PublicFetch> | undefined;
  return async (url, request) => {
    opened ??= import("./create-guarded-fetch.ts").then(({ createGuardedFetch }) =>
      createGuardedFetch(rules),
    );
    return (await opened)(url, request);
  };
}
