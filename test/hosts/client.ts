import { TOKENS, type Answer, type Host } from "./host.ts";

/** What signed answers look like in JSON. */
export interface Signed {
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly expiresAt?: string;
  readonly clampedBy?: string;
  readonly error?: { readonly code: string; readonly message: string };
}

export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly requestId: string;
}

/** What stores answer a signed PUT with: S3 and the disk 200, Azure Blob 201. */
export const STORED: readonly number[] = [200, 201];

/** What they answer when there must be no object yet, and there is one: Azure Blob 403 or 409. */
export const TAKEN: readonly number[] = [403, 409, 412];

/** A caller with a token; speaks JSON. */
export interface Client {
  send: Host["request"];
  /** Sends a JSON body. */
  json(method: string, target: string, body: unknown): Promise<Answer>;
  /** Sends a signed request as any HTTP client would, without a token. */
  open(
    signed: Pick<Signed, "method" | "url" | "headers">,
    headers?: Record<string, string>,
    body?: Uint8Array,
  ): Promise<Answer>;
  /** Stores an object through a signed PUT. */
  put(place: string, body: string | Uint8Array, headers?: Record<string, string>): Promise<void>;
}

export function createClient(host: Host, token: string = TOKENS.all): Client {
  const authorization = { authorization: `Bearer ${token}` };
  const send: Host["request"] = (method, target, headers, body) =>
    host.request(method, target, { ...authorization, ...headers }, body);
  const open: Client["open"] = ({ method, url, headers: needed }, headers, body) =>
    host.request(method, toTarget(host, url), { ...needed, ...headers }, body);
  return {
    send,
    open,
    json: (method, target, body) =>
      send(method, target, { "content-type": "application/json" }, JSON.stringify(body)),
    async put(place, body, headers) {
      const answer = await send("PUT", `/objects/${place}?redirect=false`, headers);
      const stored = await open(parse<Signed>(answer), headers, Buffer.from(body));
      if (!STORED.includes(stored.status))
        throw new Error(`PUT ${place}: ${stored.body.toString()}`);
    },
  };
}

export function parse<Value>({ body }: Answer, read: (text: string) => Value = JSON.parse): Value {
  return read(body.toString());
}

/** The raw target of one of the host's own URLs: never through a URL parser, which would change it. */
export function toTarget({ origin }: Host, url: string): string {
  if (!url.startsWith(`${origin}/`)) throw new Error(`${url} does not point at ${origin}`);
  return url.slice(origin.length);
}

/** Seconds that a signed URL has left. */
export function lifeOf(url: string): number {
  const { searchParams } = new URL(url);
  const end = searchParams.get("se");
  return end === null
    ? Number(searchParams.get("X-Amz-Expires"))
    : (Date.parse(end) - Date.now()) / 1000;
}

export function ndjson<Value>({ body }: Answer): Value[] {
  return body
    .toString()
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Value);
}
