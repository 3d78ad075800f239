import { isMap, isScalar } from "yaml";
import { toAzureConfig } from "../settings/azure-connection.ts";
import { toGoogleConfig } from "../settings/google-connection.ts";
import { nearest } from "../settings/nearest.ts";
import { toS3Config } from "../settings/s3-connection.ts";
import { readBuckets } from "./bucket-place.ts";
import { KEY_OF, readConnection } from "./entry-connection.ts";
import { createTextReader, type TextReader } from "./entry-texts.ts";
import { type Field, readFields } from "../yaml/fields.ts";
import type { RemoteLinksEntry, Surroundings } from "./remote-links.ts";
import { isEmpty, type YamlSource } from "../yaml/source.ts";

type Kind = "minio" | "azure" | "google";

const KINDS: Readonly<Record<string, Kind>> = {
  minio: "minio",
  s3: "minio",
  azure: "azure",
  google: "google",
};

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
const MAX_SESSION_NAME = 64;

const KIND_HINT = "use minio (or s3, the same), azure or google";

const everyKind: readonly Kind[] = ["minio", "azure", "google"];

/** Every key of an entry and the kinds that know it. */
const KEYS: Readonly<Record<string, readonly Kind[]>> = {
  provider: everyKind,
  endpoint: everyKind,
  public_endpoint: everyKind,
  access_key: everyKind,
  secret_key: everyKind,
  buckets: everyKind,
  // With another kind it gets the sentence that IAM roles belong to AWS.
  iam_role: everyKind,
  external_id: ["minio"],
  session_duration: ["minio"],
  region: ["minio"],
  path_style: ["minio"],
  credentials: ["google"],
  credentials_file: ["google"],
};

const READERS = { minio: toS3Config, azure: toAzureConfig, google: toGoogleConfig };

/** Reads one provider; `undefined` when it has mistakes, which are reported at their places. */
export function readEntry(
  entry: Field,
  source: YamlSource,
  surroundings: Surroundings,
): RemoteLinksEntry | undefined {
  const { name, value } = entry;
  if (value === undefined || !isMap(value)) {
    source.report(
      value ?? entry.key,
      `${name}: expected a mapping with provider, buckets and so on`,
    );
    return undefined;
  }
  const before = source.problems.length;
  const written = new Map(readFields(value, source, "key").map((field) => [field.name, field]));
  const texts = createTextReader(written, source, surroundings.env);
  const kind = readKind(entry, written.get("provider"), texts, source);
  const fields = keepKnown(written, kind, source);
  const buckets = readBuckets(entry, fields.get("buckets"), texts, source);
  const connection = {
    ...readConnection(fields, texts, source, surroundings.readFile),
    sessionName: `remote-storage-${name}`.slice(0, MAX_SESSION_NAME),
    places: buckets,
  };
  if (kind === undefined) return undefined;
  const config = READERS[kind](connection, (part, expected) => {
    const key = KEY_OF[part];
    // What could not be read is reported already, and is no missing value.
    if (texts.misread.has(key)) return;
    const field = fields.get(key);
    source.report(field?.value ?? field?.key ?? entry.key, `${name}: ${key}: expected ${expected}`);
  });
  if (config === undefined || source.problems.length > before) return undefined;
  const { unfilled } = texts;
  return { name, config, buckets, ...(unfilled.length > 0 && { unfilled }) };
}

function readKind(
  entry: Field,
  field: Field | undefined,
  texts: TextReader,
  source: YamlSource,
): Kind | undefined {
  const text = texts.read("provider");
  if (text === undefined) {
    if (field?.value === undefined || isEmpty(field.value)) {
      source.report(field?.key ?? entry.key, `${entry.name}: provider is missing`, KIND_HINT);
    }
    return undefined;
  }
  const kind = Object.hasOwn(KINDS, text) ? KINDS[text] : undefined;
  if (kind === undefined) {
    const near = nearest(text, Object.keys(KINDS));
    const shown = isScalar(field?.value) ? JSON.stringify(field.value.value) : "";
    source.report(
      field?.value ?? entry.key,
      `${entry.name}: unknown provider ${shown}`,
      near === undefined ? KIND_HINT : `did you mean "${near}"?`,
    );
  }
  return kind;
}

/** The fields that the kind knows; the others are reported. */
function keepKnown(
  fields: ReadonlyMap<string, Field>,
  kind: Kind | undefined,
  source: YamlSource,
): ReadonlyMap<string, Field> {
  const known = new Map<string, Field>();
  for (const [name, field] of fields) {
    const kinds = Object.hasOwn(KEYS, name) ? KEYS[name] : undefined;
    if (kinds === undefined) {
      const near = nearest(name, Object.keys(KEYS));
      const hint =
        near === undefined
          ? `known keys: ${Object.keys(KEYS).join(", ")}`
          : `did you mean "${near}"?`;
      source.report(field.key, `unknown key ${JSON.stringify(name)}`, hint);
    } else if (kind !== undefined && !kinds.includes(kind)) {
      const hint = `it is for ${kinds.join(", ")}`;
      source.report(field.key, `${name} does not belong to ${kind}`, hint);
    } else {
      known.set(name, field);
    }
  }
  return known;
}
