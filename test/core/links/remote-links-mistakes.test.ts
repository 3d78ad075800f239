import { describe, expect, test } from "vitest";
import { parseRemoteLinks } from "../../../functions/core/links/remote-links.ts";
import { RemoteLinksError } from "../../../functions/core/links/remote-links-error.ts";

function failure(text: string, env: Record<string, string> = {}): RemoteLinksError {
  try {
    parseRemoteLinks(text, env);
  } catch (error) {
    if (error instanceof RemoteLinksError) return error;
    throw error;
  }
  throw new Error("no mistake was found");
}

const places = (text: string) =>
  failure(text).problems.map(({ line, column, message, hint }) => [
    line,
    column,
    hint === undefined ? message : `${message}; ${hint}`,
  ]);

const entry = (lines: string) =>
  `e:\n  provider: s3\n  region: eu-west-1\n  buckets: [b]\n${lines}`;

const crowded = `e:
  provider: s3
  region: eu-west-1
  iam_role: r
  buckets: [${Array.from({ length: 40 }, (_, index) => `a-bucket-with-a-long-name-${index}`).join(", ")}]
`;

describe("one mistake, with its place", () => {
  test.each([
    ["syntax", "e: [\n", 2, 1, "Flow sequence"],
    ["a tab as indentation", "e:\n\tprovider: s3\n", 2, 1, "Tabs"],
    ["a second document", "a:\n---\nb:\n", 2, 1, "a second document starts here"],
    ["a tag", entry("  secret_key: !!binary x\n"), 5, 15, "Unresolved tag"],
    ["no mapping", "- a\n", 1, 1, "expected a mapping: provider names"],
    ["an entry that is a text", "e: x\n", 1, 4, "e: expected a mapping"],
    ["an entry without anything", "e:\n", 1, 3, "e: expected a mapping"],
    ["unknown key", entry("  acess_key: x\n"), 5, 3, 'did you mean "access_key"?'],
    ["unknown key, unlike any", entry("  colour: x\n"), 5, 3, "known keys: provider,"],
    ["a key that all objects have", entry("  constructor: x\n"), 5, 3, "unknown key"],
    ["a key of another kind", entry("  credentials: x\n"), 5, 3, "it is for google"],
    ["duplicate key", entry("  region: x\n"), 5, 3, 'duplicate key "region"'],
    ["duplicate name", `${entry("")}${entry("")}`, 5, 1, 'duplicate provider name "e"'],
    ["names that differ in case", `${entry("")}${entry("").replace("e", "E")}`, 5, 1, "in case"],
    ["reserved name", entry("").replace("e:", "S3:"), 1, 1, "is a scheme of its own"],
    ["a name that is no scheme", entry("").replace("e:", "my cars:"), 1, 1, "cannot be"],
    ["missing provider", "e:\n  buckets: [b]\n", 1, 1, "provider is missing"],
    ["unknown provider", "e:\n  provider: azur\n  buckets: [b]\n", 2, 13, 'did you mean "azure"?'],
    ["missing buckets", "e:\n  provider: google\n", 1, 1, "buckets is missing"],
    ["no buckets", "e:\n  provider: google\n  buckets: []\n", 3, 3, "buckets is missing"],
    ["buckets as a text", "e:\n  provider: google\n  buckets: b\n", 3, 12, "expected a list"],
    ["a bucket as a mapping", "e:\n  provider: google\n  buckets: [a: b]\n", 3, 13, "a text"],
    ["an open prefix", "e:\n  provider: google\n  buckets: [a/b]\n", 3, 13, 'write "a/b/"'],
    ["no bucket's name", "e:\n  provider: google\n  buckets: [/b/]\n", 3, 13, "without a name"],
    ["a bucket twice", "e:\n  provider: google\n  buckets: [a, a/]\n", 3, 16, "duplicate bucket"],
    ["a list for a text", entry("  endpoint: [x]\n"), 5, 13, "expected a text"],
    ["no boolean", entry("  path_style: maybe\n"), 5, 15, "expected true, false"],
    ["no duration", entry("  iam_role: r\n  session_duration: long\n"), 6, 21, "1w"],
    ["too short a session", entry("  iam_role: r\n  session_duration: 1m\n"), 6, 21, "15m to 12h"],
    [
      "an external id of one letter",
      entry("  iam_role: r\n  external_id: x\n"),
      6,
      16,
      "2 to 1224",
    ],
    ["more buckets than a session can name", crowded, 5, 12, "into several with the same iam_role"],
    ["role and keys", entry("  iam_role: r\n  access_key: a\n"), 5, 13, "not both"],
    ["one key", entry("  access_key: a\n"), 1, 1, "secret_key: expected the secret key"],
    ["no endpoint", "e:\n  provider: s3\n  buckets: [b]\n", 1, 1, "endpoint: expected an endpoint"],
    ["a path", entry("  endpoint: https://h/x\n"), 5, 13, "without a path"],
    [
      "a role on Azure",
      "e:\n  provider: azure\n  access_key: boats\n  iam_role: r\n  buckets: [b]\n",
      4,
      13,
      "only supported for AWS S3",
    ],
    [
      "no account",
      "e:\n  provider: azure\n  buckets: [b]\n",
      1,
      1,
      "access_key: expected the storage",
    ],
    ["unset variable", entry("  access_key: ${NOT_SET}\n"), 5, 15, "NOT_SET is not set"],
    [
      "broken variable",
      entry("  access_key: '${A-b}'\n"),
      5,
      15,
      "must name an environment variable",
    ],
    ["open variable", entry("  access_key: '${A'\n"), 5, 15, "must name an environment variable"],
    [
      "credentials that are no JSON",
      "e:\n  provider: google\n  credentials: '{'\n  buckets: [b]\n",
      3,
      16,
      "credentials is not JSON",
    ],
    [
      "credentials that lack something",
      "e:\n  provider: google\n  credentials: {client_email: a@b}\n  buckets: [b]\n",
      3,
      16,
      "private_key missing or wrong",
    ],
    [
      "a file where there are none",
      "e:\n  provider: google\n  credentials_file: /x\n  buckets: [b]\n",
      3,
      21,
      "cannot be read here",
    ],
    ["an alias", "e: &x\n  provider: s3\nf: *x\n", 3, 4, "aliases (*name) are not supported"],
    ["a merge key", entry("  <<: {region: x}\n"), 5, 3, "merge keys"],
  ])("%s", (_, text, line, column, message) => {
    expect(places(text)).toEqual([[line, column, expect.stringContaining(message)]]);
  });
});

test("all mistakes come at once, in the order of the file", () => {
  const error = failure(
    "a:\n  provider: minoi\n  buckets: x\ns3:\n  provider: google\n  acess_key: y\n  buckets: [b/c]\n",
  );
  expect(error.problems.map(({ line }) => line)).toEqual([2, 3, 4, 6, 7]);
  expect(error.message).toContain("remote_links.yml has 5 mistakes:\n  line 2, column 13: ");
});

test("no secret is shown", () => {
  const { message } = failure(
    [
      "e:",
      "  provider: azure",
      "  endpoint: https://user:s3cret@h",
      "  access_key: s3cret!",
      "  secret_key: ${KEY}",
      "  credentials: s3cret",
      "  session_duration: s3cret",
      "  buckets: [b]",
      "f:",
      "  provider: google",
      "  credentials: s3cret",
      "  buckets: ['${KEY}/x', '${KEY}', '${KEY}']",
      "g:",
      "  provider: ${KEY}",
      "  buckets: [b]",
    ].join("\n"),
    { KEY: "s3cret!" },
  );
  expect(message).not.toContain("s3cret");
});

describe("bombs", () => {
  test.each([
    [
      "aliases",
      `a: &a [${"x,".repeat(9)}x]\n${Array.from(
        { length: 2000 },
        (_, index) => `b${index}: &b${index} [*a,*a,*a,*a,*a,*a]\n`,
      ).join("")}`,
      "aliases",
    ],
    ["brackets", "[".repeat(1_048_576), "nested too deeply"],
    ["braces", "{a: ".repeat(262_144), "nested too deeply"],
    ["size", "#".repeat(1_048_577), "more than 1048576 characters"],
  ])("%s are refused before anything is built from them", (_, text, message) => {
    expect(failure(text).problems.map((problem) => problem.message)).toEqual([
      expect.stringContaining(message),
    ]);
  });

  test("mistakes beyond a hundred are not listed", () => {
    const keys = Array.from({ length: 500 }, (_, index) => `k${index}: v\n`).join("");
    expect(failure(keys).problems).toHaveLength(100);
  });
});
