import { TrieRouter } from "hono/router/trie-router";
import type { Method, Route } from "./route.ts";

export interface Match {
  readonly route: Route;
  /** Still percent-encoded. */
  readonly params: Readonly<Record<string, string>>;
}

/** Finds routes by raw path. */
export interface RouteTable {
  match(method: string, path: string, keyed: boolean): Match | undefined;
  /** The methods that a path answers to, for `Allow`; empty: there is no such path. */
  methods(path: string, keyed: boolean): readonly string[];
}

const METHODS: readonly Method[] = ["GET", "HEAD", "PUT", "POST", "DELETE"];

/** `…/{bucket}/{key}` may be written `…/{bucket}?key=`: gateways that decode paths cannot spoil that form. */
export const KEY_SUFFIX = "/{key}";

/** A HEAD that no route declares goes to the GET of the same path. */
export function createRouteTable(routes: readonly Route[]): RouteTable {
  const byPath = new TrieRouter<Route>();
  const byQueryKey = new TrieRouter<Route>();
  for (const route of routes) {
    byPath.add(route.method, toPattern(route.path), route);
    if (route.path.endsWith(KEY_SUFFIX)) {
      byQueryKey.add(route.method, toPattern(route.path.slice(0, -KEY_SUFFIX.length)), route);
    }
  }
  function find(method: string, path: string, keyed: boolean): Match | undefined {
    const [handlers] = keyed ? byQueryKey.match(method, path) : byPath.match(method, path);
    const [first] = handlers;
    return first === undefined ? undefined : { route: first[0], params: toStrings(first[1]) };
  }
  function match(method: string, path: string, keyed: boolean): Match | undefined {
    const found = (keyed ? find(method, path, true) : undefined) ?? find(method, path, false);
    return found === undefined && method === "HEAD" ? match("GET", path, keyed) : found;
  }
  return {
    match,
    methods: (path, keyed) => METHODS.filter((method) => match(method, path, keyed) !== undefined),
  };
}

function toPattern(path: string): string {
  return path.replaceAll("{key}", ":key{.*}").replaceAll(/\{(\w+)\}/g, ":$1");
}

/** The router's type allows indices too; this one gives the texts themselves. */
function toStrings(params: Readonly<Record<string, string | number>>): Record<string, string> {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, String(value)]));
}
