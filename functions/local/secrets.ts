import { randomBytes } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ACTIONS } from "@remote-storage/core/access/grants.ts";
import type { ApiToken, UrlSigningKey } from "@remote-storage/core/settings/settings.ts";
import type { StaticKeys } from "@remote-storage/core/storage/provider-config.ts";
import * as v from "valibot";

/** What the settings may leave out on one's own machine. */
export interface Secrets {
  readonly apiToken: ApiToken;
  readonly keys: StaticKeys;
  readonly urlSigningKey: UrlSigningKey;
}

const FILE = "secrets.json";

/** Readable by the owner alone. */
const MODE = 0o600;

const stored = v.object({
  token: v.string(),
  accessKey: v.string(),
  secretKey: v.string(),
  urlSigningKey: v.object({ id: v.string(), secret: v.string() }),
});

/**
 * The secrets kept in `dataPath`, made there by whoever comes first: servers that start together agree,
 * because a hard link is made whole or not at all and never over another.
 *
 * @throws Error when the file is damaged, or open to other users of the machine.
 */
export function openSecrets(dataPath: string): Secrets {
  const path = join(dataPath, FILE);
  const text = read(path) ?? create(dataPath, path);
  const result = v.safeParse(v.pipe(v.string(), v.parseJson(), stored), text);
  if (!result.success) {
    throw new Error(`${path} is damaged; restore it, or remove it to get new keys and a new token`);
  }
  const { token, accessKey, secretKey, urlSigningKey } = result.output;
  return {
    apiToken: { token, grants: ACTIONS.map((action) => ({ action })) },
    keys: { type: "keys", accessKey, secretKey },
    urlSigningKey,
  };
}

function read(path: string): string | undefined {
  try {
    // Windows has no such bits: there the file is as private as its folder.
    if (process.platform !== "win32" && (statSync(path).mode & 0o077) !== 0) {
      throw new Error(`${path} is open to other users of this machine: chmod 600 ${path}`);
    }
    return readFileSync(path, "utf8");
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

function create(dataPath: string, path: string): string {
  mkdirSync(dataPath, { recursive: true });
  const temporary = join(dataPath, `.${FILE}.${randomBytes(8).toString("hex")}`);
  writeFileSync(temporary, `${JSON.stringify(generate(), undefined, 2)}\n`, {
    mode: MODE,
    flag: "wx",
    flush: true,
  });
  try {
    linkSync(temporary, path);
  } catch (error) {
    if (!hasCode(error, "EEXIST")) throw error;
  } finally {
    rmSync(temporary);
  }
  return readFileSync(path, "utf8");
}

/** Lengths and letters as S3 clients expect keys; 240 bits or more where it must not be guessed. */
function generate(): v.InferInput<typeof stored> {
  return {
    token: randomBytes(30).toString("base64url"),
    accessKey: `LOCAL${randomBytes(8).toString("hex").toUpperCase()}`,
    secretKey: randomBytes(30).toString("base64url"),
    urlSigningKey: {
      id: randomBytes(3).toString("hex"),
      secret: randomBytes(32).toString("base64url"),
    },
  };
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
