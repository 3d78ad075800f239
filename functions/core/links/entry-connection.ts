import { isMap, isScalar } from "yaml";
import type { Connection } from "../settings/connection.ts";
import { DURATION, parseDuration } from "../settings/duration.ts";
import { BOOLEAN, parseBoolean } from "../settings/values.ts";
import type { GoogleServiceAccount } from "../storage/provider-config.ts";
import type { TextReader } from "./entry-texts.ts";
import { type Field, readFields } from "../yaml/fields.ts";
import { parseServiceAccount, toServiceAccount } from "./service-account.ts";
import { isEmpty, type YamlSource } from "../yaml/source.ts";

/** The key that each part of a connection is written under. */
export const KEY_OF = {
  endpoint: "endpoint",
  port: "endpoint",
  publicEndpoint: "public_endpoint",
  accessKey: "access_key",
  secretKey: "secret_key",
  role: "iam_role",
  externalId: "external_id",
  sessionDuration: "session_duration",
  sessionName: "iam_role",
  places: "buckets",
  region: "region",
  pathStyle: "path_style",
  serviceAccount: "credentials",
} as const satisfies Record<keyof Connection, string>;

/** What an entry says of how its store is reached; mistakes are reported and left out. */
export function readConnection(
  fields: ReadonlyMap<string, Field>,
  texts: TextReader,
  source: YamlSource,
  readFile: ((path: string) => string) | undefined,
): Connection {
  const parsed = <T>(key: string, parse: (text: string) => T | undefined, expected: string) => {
    const text = texts.read(key);
    const value = text === undefined ? undefined : parse(text);
    const node = fields.get(key)?.value;
    if (text !== undefined && value === undefined && node !== undefined) {
      source.report(node, `${key}: expected ${expected}`);
    }
    return value;
  };
  return {
    endpoint: texts.read("endpoint"),
    publicEndpoint: texts.read("public_endpoint"),
    accessKey: texts.read("access_key"),
    secretKey: texts.read("secret_key"),
    role: texts.read("iam_role"),
    externalId: texts.read("external_id"),
    sessionDuration: parsed("session_duration", parseDuration, DURATION),
    region: texts.read("region"),
    pathStyle: parsed("path_style", parseBoolean, BOOLEAN),
    serviceAccount: readServiceAccount(fields, texts, source, readFile),
  };
}

function readServiceAccount(
  fields: ReadonlyMap<string, Field>,
  texts: TextReader,
  source: YamlSource,
  readFile: ((path: string) => string) | undefined,
): GoogleServiceAccount | undefined {
  const inline = fields.get("credentials");
  const file = fields.get("credentials_file");
  if (inline !== undefined && file !== undefined) {
    source.report(
      file.key,
      "credentials and credentials_file exclude each other",
      "keep one of them",
    );
    return undefined;
  }
  const found = inline === undefined ? fromFile() : fromEntry(inline);
  if (found === undefined || "type" in found) return found;
  const field = inline ?? file;
  if (field !== undefined)
    source.report(field.value ?? field.key, `${field.name} ${found.problem}`);
  return undefined;

  function fromEntry({ value }: Field): ReturnType<typeof parseServiceAccount> | undefined {
    if (value === undefined || isEmpty(value)) return undefined;
    if (!isMap(value)) {
      const text = texts.read("credentials");
      return text === undefined ? undefined : parseServiceAccount(text);
    }
    const parts = readFields(value, source, "key").flatMap((part) =>
      isScalar(part.value) ? [[part.name, texts.expand(part.value)]] : [],
    );
    return toServiceAccount(Object.fromEntries(parts));
  }

  function fromFile(): ReturnType<typeof parseServiceAccount> | undefined {
    const path = texts.read("credentials_file");
    if (path === undefined) return undefined;
    if (readFile === undefined) return { problem: "cannot be read here; use credentials instead" };
    let json: string;
    try {
      json = readFile(path);
    } catch {
      return { problem: "cannot be read" };
    }
    return parseServiceAccount(json);
  }
}
