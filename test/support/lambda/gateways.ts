import type { Answer } from "../../hosts/host.ts";
import type { HttpEvent } from "../../../functions/aws/event.ts";
import type { FunctionUrlEvent } from "../../../functions/aws/function-url.ts";
import type { Result } from "../../../functions/aws/to-result.ts";
import type { Outcome } from "./runtime-api.ts";

/** A request as a client sends it. */
export interface Sent {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | undefined;
}

type Iam = NonNullable<FunctionUrlEvent["requestContext"]["authorizer"]>["iam"];

/** The event that a function URL makes of a request; `iam` is who signed it. */
export function toFunctionUrlEvent(sent: Sent, iam?: Iam): HttpEvent {
  const [path = "", query = ""] = split(sent.target);
  const { cookie, ...headers } = lowerCase(sent.headers);
  return {
    rawPath: path,
    rawQueryString: query,
    headers: { host: "abc.lambda-url.us-east-1.on.aws", ...headers },
    ...(cookie !== undefined && { cookies: cookie.split("; ") }),
    ...toBody(sent),
    requestContext: {
      domainName: "abc.lambda-url.us-east-1.on.aws",
      http: { method: sent.method, sourceIp: "203.0.113.7" },
      ...(iam && { authorizer: { iam } }),
    },
  };
}

/** The event that a REST API makes of a request. The query is decoded, as far as it can be. */
export function toRestApiEvent(sent: Sent): HttpEvent {
  const [path = "", query = ""] = split(sent.target);
  // Not an object: `toString` is a parameter like any other.
  const parameters = new Map<string, string[]>();
  for (const pair of query.split("&").filter((each) => each !== "")) {
    const [name = "", ...value] = pair.split("=");
    const values = parameters.get(decode(name)) ?? [];
    parameters.set(decode(name), [...values, decode(value.join("="))]);
  }
  return {
    httpMethod: sent.method,
    path,
    multiValueQueryStringParameters: query === "" ? null : Object.fromEntries(parameters),
    multiValueHeaders: Object.fromEntries(
      Object.entries(sent.headers).map(([name, value]) => [name, [value]]),
    ),
    body: null,
    ...toBody(sent),
    requestContext: { identity: { sourceIp: "203.0.113.7" } },
  };
}

/** True when a REST API's decoding of the query loses nothing that could be told from it. */
function isDecodable(target: string): boolean {
  try {
    decodeURIComponent((split(target)[1] ?? "").replaceAll("+", " "));
    return true;
  } catch {
    return false;
  }
}

/** What a client gets of a streamed answer: head as JSON, eight zero bytes, body. */
export function fromStream({ body }: Pick<Outcome, "body">): Answer {
  const end = body.indexOf(Buffer.alloc(8));
  const head = JSON.parse(body.subarray(0, end).toString()) as Omit<Result, "body">;
  return toAnswer(head, body.subarray(end + 8));
}

/** What a client gets of an answer in one piece. */
export function fromResult(result: Result): Answer {
  return toAnswer(result, Buffer.from(result.body, result.isBase64Encoded ? "base64" : "utf8"));
}

function toAnswer({ statusCode, headers, cookies = [] }: Omit<Result, "body">, body: Buffer) {
  const pairs = cookies.map((cookie): [string, string] => ["set-cookie", cookie]);
  return { status: statusCode, headers: new Headers([...Object.entries(headers), ...pairs]), body };
}

function toBody({ body }: Sent): { readonly body?: string; readonly isBase64Encoded: boolean } {
  if (body === undefined || body.byteLength === 0) return { isBase64Encoded: false };
  return { body: body.toString("base64"), isBase64Encoded: true };
}

function split(target: string): readonly string[] {
  const mark = target.indexOf("?");
  return mark === -1 ? [target] : [target.slice(0, mark), target.slice(mark + 1)];
}

function decode(text: string): string {
  const spaced = text.replaceAll("+", " ");
  return isDecodable(`?${text}`) ? decodeURIComponent(spaced) : spaced;
}

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
}
