import type { IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { listen, type Listening } from "./listen.ts";
import { verifyHeaderSignature } from "./verify-header-signature.ts";

interface Role {
  /** The trust policy asks for it. */
  readonly externalId?: string;
  /** Seconds that a session may last; default an hour. */
  readonly longest?: number;
}

export interface StsOptions {
  /** Secret keys by access key. */
  readonly keys: Readonly<Record<string, string>>;
  /** Who has the keys. */
  readonly caller?: string;
  /** By ARN: those that may be assumed. */
  readonly roles: Readonly<Record<string, Role>>;
  /** What a web identity shows. */
  readonly webToken?: string;
  readonly now?: () => Date;
}

export interface Sts extends Listening {
  /** What was asked for, in order; calls with a wrong signature are not among them. */
  readonly calls: readonly URLSearchParams[];
  /** Who signed each call, and for which day, region and service. */
  readonly scopes: readonly string[];
  /** When each session ends, the first one's first. */
  readonly ends: readonly Date[];
  /** From now on every call gets this status and code; without arguments it works again. */
  break(status?: number, code?: string): void;
}

const CHAINED = 3600;

class Refusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message = "no") {
    super(message);
    this.status = status;
    this.code = code;
  }
}

const within = (name: string, inner: string): string => `<${name}>${inner}</${name}>`;

function isJson(value: string): boolean {
  try {
    return typeof JSON.parse(value) === "object";
  } catch {
    return false;
  }
}

/** A stand-in for AWS's STS that refuses what AWS refuses. Session `n` has the keys `ASIA<n>` and `secret <n>`. */
export async function startSts(options: StsOptions): Promise<Sts> {
  const { keys, caller = "arn:aws:iam::123456789012:user/worker", roles } = options;
  const { webToken, now = () => new Date() } = options;
  const calls: URLSearchParams[] = [];
  const scopes: string[] = [];
  let broken: Refusal | undefined;
  const ends: Date[] = [];

  const secretFor = (key: string) =>
    keys[key] ?? (key.startsWith("ASIA") ? `secret ${key.slice(4)}` : undefined);

  function session(role: string, seconds: number): string {
    const end = new Date(now().getTime() + seconds * 1000);
    const number = ends.push(end);
    return `<Credentials><AccessKeyId>ASIA${number}</AccessKeyId>
      <SecretAccessKey>secret ${number}</SecretAccessKey><SessionToken>token ${number}</SessionToken>
      <Expiration>${end.toISOString()}</Expiration></Credentials>
      <AssumedRoleUser><Arn>${role}/session</Arn><AssumedRoleId>id</AssumedRoleId></AssumedRoleUser>`;
  }

  function assume(call: URLSearchParams, chained: boolean): string {
    const arn = call.get("RoleArn") ?? "";
    const role = roles[arn];
    const seconds = Number(call.get("DurationSeconds"));
    const refused = role === undefined || (role.externalId ?? null) !== call.get("ExternalId");
    if (refused) throw new Refusal(403, "AccessDenied", `not authorized to assume ${arn}`);
    const { longest = 3600 } = role;
    if (seconds > (chained ? Math.min(longest, CHAINED) : longest)) {
      const limit = chained ? "the 1 hour session limit for role chaining" : "MaxSessionDuration";
      throw new Refusal(400, "ValidationError", `The requested DurationSeconds exceeds ${limit}`);
    }
    const policy = call.get("Policy");
    if (policy !== null && policy.length > 2048) throw new Refusal(400, "ValidationError");
    if (policy !== null && !isJson(policy)) throw new Refusal(400, "MalformedPolicyDocument");
    return session(arn, seconds);
  }

  function answer(request: IncomingMessage, body: string): string {
    if (broken !== undefined) throw broken;
    const call = new URLSearchParams(body);
    const action = call.get("Action") ?? "";
    if (action === "AssumeRoleWithWebIdentity") {
      calls.push(call);
      if (call.get("WebIdentityToken") !== webToken) throw new Refusal(400, "InvalidIdentityToken");
      return session(call.get("RoleArn") ?? "", Number(call.get("DurationSeconds") ?? 3600));
    }
    const { key, scope } = verifyHeaderSignature(request, body, secretFor);
    if (key === undefined) throw new Refusal(403, "SignatureDoesNotMatch");
    const token = key.startsWith("ASIA") ? `token ${key.slice(4)}` : undefined;
    if (request.headers["x-amz-security-token"] !== token) {
      throw new Refusal(403, "InvalidClientTokenId");
    }
    calls.push(call);
    scopes.push(`${key}/${scope}`);
    return action === "GetCallerIdentity"
      ? `<Arn>${caller}</Arn><UserId>id</UserId><Account>${caller.split(":")[4]}</Account>`
      : assume(call, token !== undefined);
  }

  async function respond(request: IncomingMessage): Promise<{ status: number; body: string }> {
    const body = await text(request);
    const action = new URLSearchParams(body).get("Action") ?? "";
    try {
      const result = within(`${action}Result`, answer(request, body));
      return { status: 200, body: within(`${action}Response`, result) };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { status, code, message } = error;
      const inner = within("Code", code) + within("Message", message);
      return { status, body: within("ErrorResponse", within("Error", inner)) };
    }
  }

  const server = await listen((request, response) => {
    void respond(request).then(({ status, body }) =>
      response.writeHead(status, { "content-type": "text/xml" }).end(body),
    );
  });
  return {
    ...server,
    calls,
    scopes,
    ends,
    break: (status, code = "") => {
      broken = status === undefined ? undefined : new Refusal(status, code);
    },
  };
}
