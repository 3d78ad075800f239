import type * as v from "valibot";
import type { Action, Principal } from "../access/grants.ts";
import { checkPlace } from "../access/permit.ts";
import type { AppRequest, Reply } from "./app.ts";
import { readJson } from "./read-json.ts";
import type { Services } from "./services.ts";
import { check } from "./validate.ts";

export type Schema = v.GenericSchema<unknown, unknown>;

/** A request and who sent it. */
export interface Sent {
  readonly request: AppRequest;
  /** Without grants on routes that are open. */
  readonly principal: Principal;
  readonly requestId: string;
  /** The address that the request came from. */
  readonly remote?: string;
}

/** One request on its way to a route's handler. */
export interface Exchange extends Sent {
  /** Percent-decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
}

/** What a handler gets: everything in it is validated. */
export interface Input<Params, Query, Body> extends Sent {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
}

/**
 * Who may use a route. There is no default: a route without it does not compile.
 * `open`: anyone. `caller`: anyone known; the handler checks each item. An action: `on` names the
 * place it is checked on; `items` leaves the places to the handler.
 */
export type Access<Given> =
  | "open"
  | "caller"
  | { readonly action: Action; readonly on: "items" | ((input: Given) => string) };

/** One documented answer. */
export interface Answer {
  readonly description: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly content?: Readonly<Record<string, Schema | undefined>>;
}

export type Method = "GET" | "HEAD" | "PUT" | "POST" | "DELETE";

interface Documented {
  readonly method: Method;
  /** `{name}` is one segment; `{key}` is the raw rest of the path, or `?key=`. */
  readonly path: string;
  readonly summary: string;
  readonly description?: string;
  /** Whether a URL that this service has signed opens it without a token. */
  readonly signable?: boolean;
  readonly responses: Readonly<Record<number, Answer>>;
}

/** A route as data: the app registers it, and the OpenAPI document is written from it. */
export interface Route extends Documented {
  readonly open: boolean;
  /** Checked before anything of the request is looked at. */
  readonly action: Action | undefined;
  readonly params: Schema;
  readonly query: Schema;
  /** Content type → schema; `undefined` for what is not JSON. */
  readonly accepts: Readonly<Record<string, Schema | undefined>>;
  respond(exchange: Exchange, services: Services): Promise<Reply>;
}

interface Definition<Params extends Schema, Query extends Schema, Body> extends Documented {
  readonly access: Access<Input<v.InferOutput<Params>, v.InferOutput<Query>, Body>>;
  readonly params: Params;
  readonly query: Query;
  /** Bodies that the handler reads from the request by itself: content type → schema. */
  readonly accepts?: Readonly<Record<string, Schema | undefined>>;
  readonly handle: (
    input: Input<v.InferOutput<Params>, v.InferOutput<Query>, Body>,
    services: Services,
  ) => Reply | Promise<Reply>;
}

/** A route without a body, or one whose handler streams it. */
export function route<Params extends Schema, Query extends Schema>(
  definition: Definition<Params, Query, undefined>,
): Route {
  return build(definition, definition.accepts ?? {}, () => Promise.resolve(undefined));
}

/** A route with a JSON body. */
export function jsonRoute<Params extends Schema, Query extends Schema, Body extends Schema>(
  definition: Definition<Params, Query, v.InferOutput<Body>> & { readonly body: Body },
): Route {
  return build(definition, { "application/json": definition.body }, async (exchange, services) =>
    check(definition.body, await readJson(exchange.request, services.bodyTimeout), "the body"),
  );
}

function build<Params extends Schema, Query extends Schema, Body>(
  definition: Definition<Params, Query, Body>,
  accepts: Route["accepts"],
  readBody: (exchange: Exchange, services: Services) => Promise<Body>,
): Route {
  const { access, handle, ...documented } = definition;
  return {
    ...documented,
    accepts,
    open: access === "open",
    action: typeof access === "string" ? undefined : access.action,
    async respond(exchange, services) {
      const input = {
        ...exchange,
        // A path that names no bucket is no mistake in the request: there is nothing there.
        params: check(definition.params, exchange.params, "the path", "not_found"),
        query: check(definition.query, exchange.query, "the query"),
        body: await readBody(exchange, services),
      };
      if (typeof access === "object" && access.on !== "items") {
        checkPlace(exchange.principal, access.action, access.on(input));
      }
      return handle(input, services);
    },
  };
}
