import { isMap } from "yaml";
import { nearest } from "../settings/nearest.ts";
import { type Field, readFields } from "../yaml/fields.ts";
import { readText, readTexts } from "../yaml/text-list.ts";
import type { YamlSource } from "../yaml/source.ts";
import { readAllow } from "./access-grants.ts";
import type { IamRule, JwtRule, TokenRule } from "./access-rules.ts";
import { readClaims } from "./access-claims.ts";
import { isLoopback } from "./loopback.ts";

/** Each way to be known, by the key that stands for it, and the keys that go with it. */
const WAYS = {
  token_sha256: ["token_sha256"],
  issuer: ["issuer", "audience", "claims"],
  iam_account: ["iam_account", "iam_role", "iam_user"],
} as const;

type Way = keyof typeof WAYS;

const SHARED = ["allow", "prefixes"];
const KEYS: readonly string[] = [...Object.values(WAYS).flat(), ...SHARED];

const HOW =
  "say who: token_sha256, or issuer with audience and claims, or iam_account with iam_role or iam_user";

type Rule = TokenRule | JwtRule | IamRule;

/** Reads one caller; `undefined` when there are mistakes, which are reported at their places. */
export function readAccessEntry(
  entry: Field,
  source: YamlSource,
  providers: readonly string[],
): Rule | undefined {
  const { value } = entry;
  if (value === undefined || !isMap(value)) {
    source.report(
      value ?? entry.key,
      `${entry.name}: expected a mapping with who, allow, prefixes`,
    );
    return undefined;
  }
  const before = source.problems.length;
  const fields = new Map(readFields(value, source, "key").map((field) => [field.name, field]));
  const way = readWay(entry, fields, source);
  const grants = readAllow(entry, fields, source, providers);
  const who = way === undefined ? undefined : READERS[way](entry, fields, source);
  if (who === undefined || source.problems.length > before) return undefined;
  return { name: entry.name, grants, ...who };
}

type Fields = ReadonlyMap<string, Field>;
type Who =
  | Omit<TokenRule, "name" | "grants">
  | Omit<JwtRule, "name" | "grants">
  | Omit<IamRule, "name" | "grants">;

const READERS: Readonly<
  Record<Way, (entry: Field, fields: Fields, source: YamlSource) => Who | undefined>
> = {
  token_sha256: readToken,
  issuer: readJwt,
  iam_account: readIam,
};

/** The one way that the entry's keys stand for; unknown keys and mixtures are reported. */
function readWay(entry: Field, fields: Fields, source: YamlSource): Way | undefined {
  const meant = new Set<Way>();
  for (const [name, { key }] of fields) {
    const way = WAY_NAMES.find((each) => WAYS[each].some((other) => other === name));
    if (way !== undefined) meant.add(way);
    else if (!SHARED.includes(name)) {
      const near = nearest(name, KEYS);
      const hint =
        near === undefined ? `known keys: ${KEYS.join(", ")}` : `did you mean "${near}"?`;
      source.report(key, `unknown key ${JSON.stringify(name)}`, hint);
    }
  }
  const [way, other] = meant;
  if (other !== undefined) {
    source.report(
      entry.key,
      `${entry.name}: one entry is one way to be known`,
      `${HOW}; write an entry for each`,
    );
  } else if (way === undefined) {
    source.report(entry.key, `${entry.name}: nobody is named`, HOW);
  }
  return other === undefined ? way : undefined;
}

const WAY_NAMES: readonly Way[] = ["token_sha256", "issuer", "iam_account"];

function readToken(entry: Field, fields: Fields, source: YamlSource): Who | undefined {
  const found = required(entry, fields, "token_sha256", source);
  if (found === undefined) return undefined;
  if (!/^[0-9a-f]{64}$/i.test(found.text)) {
    // The value is not shown: somebody may have written the token itself.
    source.report(
      found.node,
      "token_sha256: expected 64 hexadecimal digits",
      'printf %s "$TOKEN" | sha256sum',
    );
    return undefined;
  }
  return { digest: Buffer.from(found.text, "hex") };
}

function readJwt(entry: Field, fields: Fields, source: YamlSource): Who | undefined {
  const issuer = required(entry, fields, "issuer", source);
  if (issuer !== undefined && !isIssuer(issuer.text)) {
    source.report(
      issuer.node,
      "issuer: expected an https:// URL without query and fragment",
      "write it exactly as the tokens' claim iss has it",
    );
  }
  const audience = fields.get("audience");
  if (audience?.value === undefined)
    missing(entry, audience, "audience", source, "without it any token of the issuer would do");
  const audiences = audience?.value === undefined ? [] : readTexts(audience.value, source);
  const claims = readClaims(entry, fields.get("claims"), source);
  if (issuer === undefined || claims === undefined) return undefined;
  return { issuer: issuer.text, audiences: audiences.map(({ text }) => text), claims };
}

/** OpenID Connect Discovery §3; plain http for a provider on this machine alone. */
function isIssuer(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || /[?#\s]/.test(text) || url.username !== "" || url.password !== "")
    return false;
  return url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname));
}

function readIam(entry: Field, fields: Fields, source: YamlSource): Who | undefined {
  const account = required(entry, fields, "iam_account", source);
  if (account !== undefined && !/^\d{12}$/.test(account.text)) {
    source.report(account.node, "iam_account: expected twelve digits");
  }
  const [role, user] = [fields.get("iam_role"), fields.get("iam_user")];
  if ((role === undefined) === (user === undefined)) {
    source.report(
      entry.key,
      `${entry.name}: expected iam_role or iam_user`,
      '`iam_role: "*"` is every role of the account',
    );
    return undefined;
  }
  const kind = role === undefined ? "user" : "role";
  const name = required(entry, fields, `iam_${kind}`, source);
  if (name !== undefined && !/^(?:[\w+=,.@-]{1,64}|[\w+=,.@-]{0,64}\*)$/.test(name.text)) {
    source.report(
      name.node,
      `iam_${kind}: expected a bare name without path, or its beginning and *`,
    );
  }
  if (account === undefined || name === undefined) return undefined;
  return { account: account.text, kind, pattern: name.text };
}

function required(entry: Field, fields: Fields, name: string, source: YamlSource) {
  const field = fields.get(name);
  if (field?.value !== undefined) return readText(field.value, source);
  missing(entry, field, name, source);
  return undefined;
}

function missing(
  entry: Field,
  field: Field | undefined,
  name: string,
  source: YamlSource,
  hint?: string,
): void {
  source.report(field?.key ?? entry.key, `${entry.name}: ${name} is missing`, hint);
}
