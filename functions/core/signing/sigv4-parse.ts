import { MAX_EXPIRES } from "./validity.ts";
import { AWS, credentialScope } from "./sigv4.ts";

/** The codes of S3's error documents. */
export type RefusalCode =
  | "AccessDenied"
  | "AuthorizationQueryParametersError"
  | "InvalidAccessKeyId"
  | "InvalidArgument"
  | "InvalidRequest"
  | "InvalidToken"
  | "InvalidURI"
  | "SignatureDoesNotMatch";

export interface Refusal {
  readonly ok: false;
  readonly code: RefusalCode;
  /** Fit for the caller: tells nothing of the secret or the expected signature. */
  readonly message: string;
}

export function refused(code: RefusalCode, message: string): Refusal {
  return { ok: false, code, message };
}

/** What a presigned target claims; nothing of it is verified yet. */
export interface Presigned {
  readonly ok: true;
  /** Decoded. */
  readonly path: string;
  /** Decoded, each name once. */
  readonly parameters: ReadonlyMap<string, string>;
  readonly accessKey: string;
  readonly region: string;
  /** `20130524T000000Z`. */
  readonly time: string;
  readonly signedAt: Date;
  readonly seconds: number;
  /** Lower-case, in order. */
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

const REQUIRED = ["Algorithm", "Credential", "Signature", "Date", "SignedHeaders", "Expires"];

/** Query-string auth is refused with this one code, whichever of its parameters is wrong. */
function wrong(message: string): Refusal {
  return refused("AuthorizationQueryParametersError", message);
}

/** `path?query` in its decoded parts; a `+` in the query is a space, as S3 reads it. */
function splitTarget(
  target: string,
): { readonly path: string; readonly parameters: Map<string, string> } | Refusal {
  const mark = target.indexOf("?");
  const path = mark < 0 ? target : target.slice(0, mark);
  const query = mark < 0 ? "" : target.slice(mark + 1);
  if (!path.startsWith("/")) return refused("InvalidURI", "The path must begin with /");
  const parameters = new Map<string, string>();
  try {
    for (const piece of query === "" ? [] : query.split("&")) {
      const equals = piece.indexOf("=");
      const [name, value] =
        equals < 0 ? [piece, ""] : [piece.slice(0, equals), piece.slice(equals + 1)];
      const key = decodeParameter(name);
      if (parameters.has(key)) return wrong(`Query parameter ${key} is given twice`);
      parameters.set(key, decodeParameter(value));
    }
    return { path: decodeURIComponent(path), parameters };
  } catch {
    return refused("InvalidURI", "Percent-encoding is broken or not UTF-8");
  }
}

function decodeParameter(text: string): string {
  return decodeURIComponent(text.replaceAll("+", " "));
}

/** Undefined for what is no time, such as the 30th of February. */
function parseBasicTime(text: string): Date | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (parts === null) return undefined;
  const [, year, month, day, hour, minute, second] = parts;
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
  const date = new Date(iso);
  return !Number.isNaN(date.getTime()) && date.toISOString() === iso ? date : undefined;
}

/** Takes a presigned target apart and checks the form of all that was claimed. */
export function parsePresigned(target: string, region: string): Presigned | Refusal {
  const split = splitTarget(target);
  if ("ok" in split) return split;
  const { path, parameters } = split;
  const value = (name: string) => parameters.get(`X-Amz-${name}`) ?? "";

  const missing = REQUIRED.filter((name) => value(name) === "");
  if (missing.length === REQUIRED.length) return refused("AccessDenied", "Access Denied");
  if (missing.length > 0) {
    return wrong(`Query-string authentication requires X-Amz-${missing.join(", X-Amz-")}`);
  }
  if (value("Algorithm") !== AWS.algorithm) {
    return wrong(`X-Amz-Algorithm only supports "${AWS.algorithm}"`);
  }
  const time = value("Date");
  const signedAt = parseBasicTime(time);
  if (signedAt === undefined) return wrong("X-Amz-Date must be in the form yyyyMMdd'T'HHmmss'Z'");

  const seconds = Number(value("Expires"));
  if (!/^\d{1,6}$/.test(value("Expires")) || seconds < 1 || seconds > MAX_EXPIRES) {
    return wrong(`X-Amz-Expires must be 1 to ${MAX_EXPIRES} seconds`);
  }
  const expected = `/${credentialScope(AWS, time.slice(0, 8), region, "s3")}`;
  const credential = value("Credential");
  if (!credential.endsWith(expected) || credential.length === expected.length) {
    return wrong(`X-Amz-Credential must be <access key>${expected}`);
  }
  if (parameters.has("X-Amz-Security-Token")) {
    return refused("InvalidToken", "The keys of this server have no session token");
  }
  const signedHeaders = value("SignedHeaders").split(";");
  const ordered = signedHeaders.every(
    (name, index) =>
      /^[a-z0-9!#$%&'*+.^_`|~-]+$/.test(name) &&
      (index === 0 || name > (signedHeaders[index - 1] ?? "")),
  );
  if (!ordered || !signedHeaders.includes("host")) {
    return wrong("X-Amz-SignedHeaders must be lower-case names in order, host among them");
  }
  return {
    ok: true,
    path,
    parameters,
    accessKey: credential.slice(0, -expected.length),
    region,
    time,
    signedAt,
    seconds,
    signedHeaders,
    signature: value("Signature"),
  };
}
