import type { HttpRequest } from "./http-request.ts";
import { appendHeader, escapePath, toBody } from "./event-parts.ts";

/**
 * Payload 2.0, as far as it is read.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads
 */
export interface FunctionUrlEvent {
  readonly rawPath: string;
  readonly rawQueryString: string;
  /** Lower case; several values of one name joined with commas. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly cookies?: readonly string[];
  readonly body?: string;
  readonly isBase64Encoded: boolean;
  readonly requestContext: {
    readonly domainName?: string;
    readonly http: { readonly method: string; readonly sourceIp: string };
    readonly authorizer?: {
      readonly iam?: { readonly accountId?: string | null; readonly userArn?: string | null };
      readonly jwt?: { readonly claims: Readonly<Record<string, unknown>> };
    };
  };
}

/** A function URL hands the path and the query on as they were sent: `%2F` stays apart from `/`. */
export function fromFunctionUrl(event: FunctionUrlEvent): HttpRequest {
  const { rawPath, rawQueryString, requestContext } = event;
  const headers = new Headers();
  for (const [name, value] of Object.entries(event.headers)) {
    if (value !== undefined) appendHeader(headers, name, value);
  }
  if (event.cookies !== undefined) appendHeader(headers, "cookie", event.cookies.join("; "));
  return {
    method: requestContext.http.method,
    target: escapePath(rawPath) + (rawQueryString === "" ? "" : `?${rawQueryString}`),
    headers,
    body: toBody(event.body, event.isBase64Encoded),
    identity: toIdentity(requestContext.authorizer ?? {}),
    address: requestContext.http.sourceIp,
    // HTTP APIs, which send the same payload, replace the app's headers with theirs.
    hasOwnCors: /\.lambda-url\./.test(requestContext.domainName ?? ""),
  };
}

/** CloudFront signs as a service, which has no ARN: it is nobody here. */
function toIdentity({
  iam,
  jwt,
}: NonNullable<FunctionUrlEvent["requestContext"]["authorizer"]>): HttpRequest["identity"] {
  if (iam?.accountId && iam.userArn) {
    return { type: "iam", account: iam.accountId, arn: iam.userArn };
  }
  return jwt === undefined ? undefined : { type: "claims", claims: jwt.claims };
}
