import { ACTIONS, type Grant } from "../access/grants.ts";
import type { ApiToken } from "./settings.ts";

const TOKEN = /^[A-Za-z0-9._~-]{16,}$/;
const everything: readonly Grant[] = ACTIONS.map((action) => ({ action }));

/** `token` (all grants) or `token:grant+grant`, comma-separated; `undefined` for anything else. */
export function parseApiTokens(text: string): readonly ApiToken[] | undefined {
  const tokens = text.split(",").map((item) => parseApiToken(item.trim()));
  if (!tokens.every((token) => token !== undefined)) return undefined;
  return new Set(tokens.map(({ token }) => token)).size === tokens.length ? tokens : undefined;
}

function parseApiToken(text: string): ApiToken | undefined {
  const colon = text.indexOf(":");
  const token = colon < 0 ? text : text.slice(0, colon);
  if (!TOKEN.test(token)) return undefined;
  if (colon < 0) return { token, grants: everything };
  const names = text.slice(colon + 1).split("+");
  const grants = names.flatMap((name) => ACTIONS.filter((action) => action === name.trim()));
  return grants.length === names.length
    ? { token, grants: grants.map((action) => ({ action })) }
    : undefined;
}
