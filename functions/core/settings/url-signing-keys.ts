import type { UrlSigningKey } from "./settings.ts";

/** `id:secret,…` with unique ids and secrets of at least 16 characters; `undefined` for anything else. */
export function parseUrlSigningKeys(text: string): readonly UrlSigningKey[] | undefined {
  const keys = text.split(",").map((item) => {
    const [, id, secret] = /^([A-Za-z0-9_-]{1,32}):(\S{16,})$/.exec(item.trim()) ?? [];
    return id === undefined || secret === undefined ? undefined : { id, secret };
  });
  if (!keys.every((key) => key !== undefined)) return undefined;
  return new Set(keys.map(({ id }) => id)).size === keys.length ? keys : undefined;
}
