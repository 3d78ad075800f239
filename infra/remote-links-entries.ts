import {
  parseRemoteLinks,
  type RemoteLinksEntry,
} from "@remote-storage/core/links/remote-links.ts";
import type { Given } from "./service-settings.ts";

/** Secrets are not needed to grant; what says where a store is and how it is reached must be known. */
const SECRET_KEYS = new Set(["access_key", "secret_key", "credentials"]);

/**
 * The entries of `remote_links.yml` as far as granting needs them: variables that are not set may stand
 * where a secret belongs, so that whoever deploys need not hold the keys.
 *
 * @throws RemoteLinksError for mistakes in the file, Error for what cannot be granted.
 */
export function readEntries(
  text: string,
  env: Given,
  readFile: (path: string) => string,
): readonly RemoteLinksEntry[] {
  const { entries } = parseRemoteLinks(text, withPlaceholders(text, env), readFile);
  for (const { name, unfilled } of entries) {
    const unknown = unfilled?.find((key) => !SECRET_KEYS.has(key));
    if (unknown !== undefined) {
      throw new Error(`remote_links.yml: ${name}: ${unknown} must be known to grant; set it`);
    }
  }
  return entries;
}

/** The environment, with an example's `<NAME>` in place of every variable that is named and not set. */
function withPlaceholders(text: string, env: Given): Given {
  const named = Array.from(text.matchAll(/\$\{([A-Za-z_]\w*)\}/g), ([, name]) => name ?? "");
  return { ...Object.fromEntries(named.map((name) => [name, `<${name}>`])), ...present(env) };
}

const present = (env: Given): Given =>
  Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ""),
  );
