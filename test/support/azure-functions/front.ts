import { randomUUID } from "node:crypto";
import { Agent, type IncomingMessage, request, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import type { Core, Registered } from "./core-module.ts";
import { createMatcher, decodePath, encodePath } from "./path.ts";
import { invoke, type Line } from "./worker.ts";

type Answer = (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void>;

interface Route {
  readonly registered: Registered;
  readonly binding: string;
  readonly methods: readonly string[];
  readonly match: ReturnType<typeof createMatcher>;
}

const agent = new Agent({ keepAlive: true });

/**
 * The host between clients and the worker, behind App Service's front end: finds the function, and hands
 * the request on to the library's proxy where that is on, else as one message.
 */
export function createFront(
  core: Core,
  proxy: string | undefined,
  log: (line: Line) => void,
): Answer {
  const routes = toRoutes(core);
  return async (incoming, outgoing) => {
    const { url = "/", method = "GET" } = incoming;
    const [sent = "/"] = url.split("?", 1);
    const path = decodePath(sent);
    const route = routes.find(({ match }) => match(path) !== undefined);
    if (route === undefined || !route.methods.includes(method)) {
      return void outgoing.writeHead(404).end();
    }
    const headers = toHeaders(incoming);
    const params = route.match(path) ?? {};
    const metadata = {
      ...Object.fromEntries(Object.entries(params).map(([name, string]) => [name, { string }])),
      Headers: { json: JSON.stringify(headers) },
      Query: { json: "{}" },
    };
    const target = encodePath(path) + url.slice(sent.length);
    const id = randomUUID();
    const { binding, registered } = route;
    if (proxy === undefined) {
      const bytes = await buffer(incoming);
      const http = { method, url: `http://${headers["host"]}${target}`, headers, params };
      const body = bytes.byteLength > 0 ? { bytes } : undefined;
      const data = {
        http: { ...http, body, nullableQuery: {}, nullableHeaders: {}, nullableParams: {} },
      };
      const answer = await invoke(core, registered, { binding, data, metadata }, log, id);
      const {
        statusCode,
        headers: head,
        body: out,
      } = answer?.http ?? { statusCode: 204, headers: {} };
      outgoing.writeHead(Number(statusCode), head).end(out?.bytes ?? out?.string ?? "");
      return undefined;
    }
    const forwarded = forward(proxy + target.slice(1), id, headers, incoming, outgoing);
    const trigger = { binding, data: { string: "" }, metadata };
    await Promise.all([forwarded, invoke(core, registered, trigger, log, id)]);
    return undefined;
  };
}

/** Longest first: a literal goes before what takes everything. */
function toRoutes({ functions }: Core): readonly Route[] {
  return functions
    .flatMap((registered) =>
      Object.entries(registered.bindings).flatMap(([binding, { type, route = "", methods = [] }]) =>
        type === "httpTrigger" ? [{ registered, binding, route, methods }] : [],
      ),
    )
    .toSorted((one, other) => other.route.length - one.route.length)
    .map(({ route, registered, binding, methods }) => ({
      registered,
      binding,
      methods,
      match: createMatcher(route),
    }));
}

/** As the host knows them: lower case, several values joined; with what the front end adds. */
function toHeaders({ headersDistinct, url = "/", socket }: IncomingMessage) {
  const given = Object.entries(headersDistinct).map(([name, values = []]) => [
    name,
    values.join(","),
  ]);
  const headers = Object.fromEntries(given) as Record<string, string>;
  const address = `${socket.remoteAddress}:${socket.remotePort}`;
  const before = headers["x-forwarded-for"];
  return {
    ...headers,
    "x-forwarded-for": before === undefined ? address : `${before}, ${address}`,
    "x-waws-unencoded-url": url,
  } as Readonly<Record<string, string>>;
}

/** Both ways as fast as either side takes it; whoever breaks off ends the other. */
async function forward(
  url: string,
  id: string,
  headers: Readonly<Record<string, string>>,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const { origin } = new URL(url);
  const { method } = incoming;
  const extra = {
    "x-ms-invocation-id": id,
    "x-forwarded-host": headers["host"],
    "x-forwarded-proto": "https",
  };
  const { connection: _own, "transfer-encoding": _coding, ...rest } = headers;
  const options = {
    agent,
    method,
    path: url.slice(origin.length),
    headers: { ...rest, ...extra },
  };
  const passed = request(origin, options);
  outgoing.once("close", () => passed.destroy());
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    passed.once("response", resolve);
    passed.once("error", reject);
  });
  incoming.pipe(passed);
  const answer = await answered;
  const { "x-ms-invocation-id": _, ...head } = answer.headers;
  outgoing.writeHead(answer.statusCode ?? 0, head);
  await pipeline(answer, outgoing);
}
