import type { HttpRequest } from "./http-request.ts";
import { appendHeader, escapePath, toBody } from "./event-parts.ts";

/**
 * The event of a REST API's proxy integration, as far as it is read.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 */
export interface RestApiEvent {
  readonly httpMethod: string;
  /** Without the stage. */
  readonly path: string;
  /** Percent-decoded, unlike the path. */
  readonly multiValueQueryStringParameters: Readonly<
    Record<string, readonly string[] | undefined>
  > | null;
  readonly multiValueHeaders: Readonly<Record<string, readonly string[] | undefined>> | null;
  readonly body: string | null;
  readonly isBase64Encoded: boolean;
  readonly requestContext: {
    readonly identity: {
      readonly sourceIp: string;
      readonly accountId?: string | null;
      readonly userArn?: string | null;
    };
    readonly authorizer?: { readonly claims?: unknown } | null;
  };
}

/**
 * A REST API hands the path on as it was sent, but the query decoded: it is encoded again, so that a
 * `&` or a `%` in a key stays what it was.
 */
export function fromRestApi(event: RestApiEvent): HttpRequest {
  const { requestContext } = event;
  const headers = new Headers();
  for (const [name, values = []] of Object.entries(event.multiValueHeaders ?? {})) {
    for (const value of values) appendHeader(headers, name, value);
  }
  const query = Object.entries(event.multiValueQueryStringParameters ?? {}).flatMap(
    ([name, values = []]) =>
      values.map((value) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`),
  );
  return {
    method: event.httpMethod,
    target: escapePath(event.path) + (query.length === 0 ? "" : `?${query.join("&")}`),
    headers,
    body: toBody(event.body ?? undefined, event.isBase64Encoded),
    identity: toIdentity(requestContext),
    address: requestContext.identity.sourceIp,
    hasOwnCors: false,
  };
}

function toIdentity({
  identity: { accountId, userArn },
  authorizer,
}: RestApiEvent["requestContext"]): HttpRequest["identity"] {
  if (accountId && userArn) return { type: "iam", account: accountId, arn: userArn };
  const claims = authorizer?.claims;
  return typeof claims === "object" && claims !== null
    ? { type: "claims", claims: { ...claims } }
    : undefined;
}
