import { describe, expect, test } from "vitest";
import { parseRemoteLinks } from "../../../functions/core/links/remote-links.ts";

/** The example of the original's documentation, indented; nothing else is changed. */
const ORIGINAL = `# s3 example
my-car-datasets:
  provider: minio
  endpoint: s3.amazonaws.com
  access_key: <your access key>
  secret_key: <your secret key>
  # iam_role: <or just use your iam role>
  region: eu-central-1
  # array of buckets
  buckets:
    - cars_2020_20_10
    - cars_2020_10_10
# azure example
my-boats-datasets:
  provider: azure
  endpoint: https://<account name>.blob.core.windows.net
  access_key: <account name>
  secret_key: <secret key 88 chars long or so: aflmg+wg23fWA+6gAafWmgF4a>
  # array of buckets
  buckets:
    - boats_bucket_2020_20_10
    - another_boats_bucket_2020_10_10
`;

const only = (text: string, env: Record<string, string> = {}, file?: string) => {
  const readFile = file === undefined ? undefined : () => file;
  const { entries } = parseRemoteLinks(text, env, readFile);
  expect(entries).toHaveLength(1);
  return entries[0];
};

const keys = (secret: string, env: Record<string, string>) => {
  const text = `e: {provider: google, access_key: a, secret_key: '${secret}', buckets: [b]}\n`;
  return only(text, env)?.config.credentials;
};

describe("the original's example", () => {
  test("parses as it stands, its placeholders noted", () => {
    const { entries } = parseRemoteLinks(ORIGINAL, {});
    expect(entries.map(({ name, unfilled, buckets }) => ({ name, unfilled, buckets }))).toEqual([
      {
        name: "my-car-datasets",
        unfilled: ["access_key", "secret_key"],
        buckets: [
          { bucket: "cars_2020_20_10", prefix: "" },
          { bucket: "cars_2020_10_10", prefix: "" },
        ],
      },
      {
        name: "my-boats-datasets",
        unfilled: ["endpoint", "access_key", "secret_key"],
        buckets: [
          { bucket: "boats_bucket_2020_20_10", prefix: "" },
          { bucket: "another_boats_bucket_2020_10_10", prefix: "" },
        ],
      },
    ]);
  });

  test("filled in, it has the keys as they are written", () => {
    const filled = ORIGINAL.replaceAll("<account name>", "boats")
      .replace("<your access key>", "0123")
      .replace("<your secret key>", "abc+/=")
      .replace(/<secret key.*>/, "aflmg+wg23fWA+6gAafWmgF4aaaa");
    const { entries } = parseRemoteLinks(filled, {});
    expect(entries.map(({ config, unfilled }) => ({ config, unfilled }))).toEqual([
      {
        config: {
          kind: "minio",
          endpoint: {
            protocol: "https:",
            hostname: "s3.amazonaws.com",
            origin: "https://s3.amazonaws.com",
          },
          region: "eu-central-1",
          credentials: { type: "keys", accessKey: "0123", secretKey: "abc+/=" },
        },
      },
      {
        config: {
          kind: "azure",
          endpoint: {
            protocol: "https:",
            hostname: "boats.blob.core.windows.net",
            origin: "https://boats.blob.core.windows.net",
          },
          basePath: "",
          account: "boats",
          credentials: {
            type: "keys",
            accessKey: "boats",
            secretKey: "aflmg+wg23fWA+6gAafWmgF4aaaa",
          },
        },
      },
    ]);
  });
});

describe("what an entry may say", () => {
  test.each([
    ["provider: s3, region: eu-west-1", { kind: "minio", credentials: { type: "ambient" } }],
    ["provider: minio, endpoint: 'h:9000', path_style: yes", { pathStyle: true }],
    [
      "provider: minio, endpoint: 'h:9000', public_endpoint: 'https://p.example'",
      { publicEndpoint: { origin: "https://p.example" } },
    ],
    [
      "provider: s3, region: x, iam_role: reader, external_id: 42, session_duration: 1h",
      {
        credentials: {
          type: "role",
          role: "reader",
          externalId: "42",
          sessionDuration: 3600,
          sessionName: "remote-storage-e",
          places: [{ bucket: "b", prefix: "" }],
        },
      },
    ],
    [
      "provider: s3, region: x, iam_role: 'arn:aws:iam::123456789012:role/team/reader'",
      { credentials: { role: "arn:aws:iam::123456789012:role/team/reader" } },
    ],
    ["provider: azure, access_key: boats", { account: "boats", credentials: { type: "ambient" } }],
    ["provider: google", { kind: "google", credentials: { type: "ambient" } }],
    [
      "provider: google, access_key: a, secret_key: b",
      { credentials: { type: "keys", accessKey: "a", secretKey: "b" } },
    ],
    ["provider: google, access_key: null, secret_key: ~", { credentials: { type: "ambient" } }],
  ])("{%s}", (text, config) => {
    expect(only(`e: {${text}, buckets: [b]}\n`)?.config).toMatchObject(config);
  });

  const account = { client_email: "a@b.example", private_key: "-----BEGIN PRIVATE KEY-----\nx\n" };
  const signer = {
    type: "service-account",
    clientEmail: "a@b.example",
    privateKey: account.private_key,
  };
  const json = JSON.stringify({ type: "service_account", ...account });

  test.each([
    ["credentials as JSON text", `credentials: '${json}'`, {}],
    ["credentials as a mapping", `credentials: ${json}`, {}],
    ["credentials from the environment", "credentials: '${ACCOUNT}'", { ACCOUNT: json }],
    ["credentials_file", "credentials_file: /key.json", {}],
  ])("Google: %s", (_, text, env) => {
    const entry = only(`e: {provider: google, ${text}, buckets: [b]}\n`, env, json);
    expect(entry?.config).toMatchObject({ credentials: signer });
  });

  test.each([
    ["cars", { bucket: "cars", prefix: "" }],
    ["cars/", { bucket: "cars", prefix: "" }],
    ["shared/team-a/", { bucket: "shared", prefix: "team-a/" }],
    ["shared/a/b/", { bucket: "shared", prefix: "a/b/" }],
    ["2020_10", { bucket: "2020_10", prefix: "" }],
    ["Not.a-legal_NAME", { bucket: "Not.a-legal_NAME", prefix: "" }],
  ])("the bucket %s", (text, place) => {
    expect(only(`e: {provider: google, buckets: [${text}]}\n`)?.buckets).toEqual([place]);
  });

  test.each(["", "\n", "# nothing\n", "---\n", "null\n", "\ufeff"])("%j has no entries", (text) => {
    expect(parseRemoteLinks(text, {})).toEqual({ entries: [] });
  });
});

describe("variables", () => {
  test.each([
    ["${KEY}", "value"],
    ["x-${KEY}-${KEY}-y", "x-value-value-y"],
    ["$${KEY}", "${KEY}"],
    ["$KEY", "$KEY"],
    ["a$b", "a$b"],
    ["a<b>c", "a<b>c"],
    ["${NESTED}", "${KEY}"],
  ])("%s", (text, secretKey) => {
    const env = { KEY: "value", NESTED: "${KEY}" };
    expect(keys(text, env)).toMatchObject({ secretKey });
  });

  test("a value with YAML in it is a value", () => {
    expect(keys("${KEY}", { KEY: "a: [b\n# c" })).toMatchObject({ secretKey: "a: [b\n# c" });
  });
});
