import { toJsonSchema } from "@valibot/to-json-schema";
import { is } from "valibot";
import { MAX_KEY_BYTES } from "../storage/key.ts";
import manifest from "../package.json" with { type: "json" };
import { STATUS } from "./problem.ts";
import type { Answer, Route, Schema } from "./route.ts";
import { KEY_SUFFIX } from "./route-table.ts";
import { keyText, problem, signedRequest } from "./schemas.ts";

type Json = Readonly<Record<string, unknown>>;

/** JSON Schema sees nothing of a function such as `parseKey`. */
const KEY = {
  type: "string",
  minLength: 1,
  maxLength: MAX_KEY_BYTES,
  description: "The object's name, 1 to 1024 bytes of UTF-8.",
} as const;

const DESCRIPTION =
  "Signed access, links, caches and migration for objects in storage you own. `{key}` is percent-encoded, " +
  "`/` between its parts; `…/{bucket}/{key}` may be written `…/{bucket}?key=` as well. GET routes answer " +
  "HEAD too. Unknown query parameters are ignored, unknown members of JSON bodies refused.";

/** The OpenAPI 3.1 document of the routes, from the schemas that validate their requests. */
export function toOpenApi(routes: readonly Route[]): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of routes) {
    (paths[route.path] ??= {})[route.method.toLowerCase()] = toOperation(route, false);
  }
  for (const route of routes.filter(({ path }) => path.endsWith(KEY_SUFFIX))) {
    const path = route.path.slice(0, -KEY_SUFFIX.length);
    const methods = (paths[path] ??= {});
    const list = routes.find((other) => other.path === path && other.method === route.method);
    methods[route.method.toLowerCase()] =
      list === undefined ? toOperation(route, true) : toEither(list, route);
  }
  return {
    openapi: "3.1.0",
    info: { title: "remote-storage", version: manifest.version, description: DESCRIPTION },
    servers: [{ url: "/" }],
    security: [{ token: [] }],
    paths,
    components: {
      securitySchemes: { token: { type: "http", scheme: "bearer" } },
      schemas: { Problem: toSchema(problem), SignedRequest: toSchema(signedRequest) },
    },
  };
}

function toOperation(route: Route, keyed: boolean): Json {
  const { summary, description, open, action, accepts } = route;
  const needs = action === undefined ? [] : [`Needs \`${action}\`.`];
  const bodies = Object.entries(accepts);
  return {
    summary,
    description: [description, ...needs].filter((text) => text !== undefined).join(" "),
    ...(open && { security: [] }),
    parameters: toParameters(route, keyed),
    ...(bodies.length > 0 && { requestBody: toRequestBody(bodies) }),
    responses: { ...mapValues(route.responses, toResponse), ...toRefusals(route) },
  };
}

function toParameters(route: Route, keyed: boolean): readonly Json[] {
  const parts = properties(route.params, "input").map(([name, schema]) => {
    const place = keyed && name === "key" ? "query" : "path";
    return { name, in: place, required: true, schema };
  });
  const queries = properties(route.query, "output").map(([name, schema, required]) => ({
    name,
    in: "query",
    required,
    schema,
  }));
  return [...parts, ...queries];
}

function properties(
  schema: Schema,
  typeMode: "input" | "output",
): readonly (readonly [name: string, schema: unknown, required: boolean])[] {
  const { properties: members = {}, required = [] } = toSchema(schema, typeMode);
  return Object.entries(members).map(([name, member]) => [name, member, required.includes(name)]);
}

function toResponse({ description, headers = {}, content = {} }: Answer): Json {
  return {
    description,
    headers: mapValues(headers, (text) => ({ description: text, schema: { type: "string" } })),
    content: toContent(Object.entries(content), "output"),
  };
}

function toRequestBody(bodies: readonly (readonly [string, Schema | undefined])[]): Json {
  const required = bodies.some(([, schema]) => schema !== undefined && !is(schema, undefined));
  return { required, content: toContent(bodies, "input") };
}

function toContent(
  content: readonly (readonly [type: string, schema: Schema | undefined])[],
  typeMode: "input" | "output",
): Json {
  return Object.fromEntries(
    content.map(([type, schema]) => [
      type,
      schema === undefined ? {} : { schema: toSchema(schema, typeMode) },
    ]),
  );
}

/** Every refusal looks alike; which statuses a route can give is narrower than this list. */
function toRefusals({ open, responses }: Pick<Route, "open" | "responses">): Json {
  const refusal = {
    description: "A refusal.",
    content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
  };
  const statuses = open ? [] : [...new Set<number>(Object.values(STATUS))];
  const named = statuses.filter((status) => status < 500 && !(status in responses));
  return { ...Object.fromEntries(named.map((status) => [status, refusal])), default: refusal };
}

/** One operation for two routes: what `first` says, and the object that `?key=` names. */
function toEither(first: Route, keyed: Route): Json {
  const parameters = toParameters(first, false);
  const known = new Set(parameters.map(({ name }) => name));
  const more = toParameters(keyed, true).filter(({ name }) => !known.has(name));
  const statuses = new Set([...Object.keys(first.responses), ...Object.keys(keyed.responses)]);
  return {
    ...toOperation(first, false),
    description: `With \`key\`: ${keyed.summary}, as at \`${keyed.path}\`.`,
    parameters: [...parameters, ...more.map(toOptional)],
    responses: {
      ...toRefusals({ ...first, responses: { ...keyed.responses, ...first.responses } }),
      ...Object.fromEntries(
        [...statuses].map((status) => [status, toAnyOf(Number(status), [first, keyed])]),
      ),
    },
  };
}

function toOptional(parameter: Json): Json {
  return { ...parameter, required: false };
}

function toAnyOf(status: number, routes: readonly Route[]): Json {
  const answers = routes
    .map(({ responses }) => responses[status])
    .filter((one) => one !== undefined);
  const schemas = answers.flatMap(({ content = {} }) => Object.values(content));
  const [first] = answers;
  const json = schemas.filter((schema) => schema !== undefined).map((schema) => toSchema(schema));
  return {
    ...(first !== undefined && toResponse(first)),
    description: answers.map(({ description }) => description).join(" Or: "),
    ...(json.length > 1 && { content: { "application/json": { schema: { anyOf: json } } } }),
  };
}

function toSchema(schema: Schema, typeMode: "input" | "output" = "output") {
  const {
    $schema: _dialect,
    $defs: _definitions,
    ...body
  } = toJsonSchema(schema, {
    target: "draft-2020-12",
    // Checks that JSON Schema cannot say are said in descriptions and error messages.
    errorMode: "ignore",
    overrideSchema: ({ valibotSchema }) => (valibotSchema === keyText ? KEY : undefined),
    typeMode,
  });
  return body;
}

function mapValues<Value>(
  record: Readonly<Record<string, Value>>,
  map: (value: Value) => unknown,
): Json {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]));
}
