import { parseAccessFile } from "@remote-storage/core/access/access-file.ts";
import { AccessFileError } from "@remote-storage/core/access/access-file-error.ts";
import { ACTIONS } from "@remote-storage/core/access/grants.ts";
import { describe, expect, test } from "vitest";

const digest = "0123456789abcdef".repeat(4);
const PROVIDERS = ["my-car-datasets", "archive"];

function failure(text: string): AccessFileError {
  try {
    parseAccessFile(text, PROVIDERS);
  } catch (error) {
    if (error instanceof AccessFileError) return error;
    throw error;
  }
  throw new Error("no mistake was found");
}

describe("ACCESS_FILE", () => {
  test("names callers by token, JWT and IAM", () => {
    const rules = parseAccessFile(
      `# who may do what
ingest:
  token_sha256: ${digest}
  allow: [objects:read, objects:write]
  prefixes: [private/team-a/]
data-team:
  issuer: https://login.example/realms/data
  audience: [remote-storage, remote-storage-staging]
  claims:
    groups: [data-team, data-leads]
    resource_access: { storage: { roles: reader } }
  allow: links:read
  prefixes:
    - my-car-datasets://cars_2020_20_10/
    - https://images.example/
guests: { issuer: http://127.0.0.1:9000, audience: x, claims: {}, allow: [metrics:read] }
jobs:
  iam_account: "123456789012"
  iam_role: "*"
  allow: all
`,
      PROVIDERS,
    );
    expect(rules.tokens).toEqual([
      {
        name: "ingest",
        digest: Buffer.from(digest, "hex"),
        grants: [
          { action: "objects:read", prefixes: ["private/team-a/"] },
          { action: "objects:write", prefixes: ["private/team-a/"] },
        ],
      },
    ]);
    expect(rules.jwts[0]).toMatchObject({
      issuer: "https://login.example/realms/data",
      audiences: ["remote-storage", "remote-storage-staging"],
      claims: [
        { path: ["groups"], anyOf: ["data-team", "data-leads"] },
        { path: ["resource_access", "storage", "roles"], anyOf: ["reader"] },
      ],
    });
    expect(rules.jwts[1]).toMatchObject({ name: "guests", claims: [] });
    expect(rules.iam).toEqual([
      {
        name: "jobs",
        account: "123456789012",
        kind: "role",
        pattern: "*",
        grants: ACTIONS.map((action) => ({ action })),
      },
    ]);
  });

  test.each(["", "# nobody\n", "~"])("%j grants nothing", (text) => {
    expect(parseAccessFile(text, [])).toEqual({ tokens: [], jwts: [], iam: [] });
  });
});

const token = (lines: string) => `a:\n  token_sha256: ${digest}\n${lines}`;
const jwt = (lines: string) => `a:\n  allow: all\n${lines}`;

describe("one mistake, with its place", () => {
  test.each([
    ["no mapping", "- a\n", 1, 1, "expected a mapping: names of callers"],
    ["an entry that is a text", "a: x\n", 1, 4, "a: expected a mapping"],
    [
      "a name twice",
      `${token("  allow: all\n")}a:\n  allow: all\n`,
      4,
      1,
      "duplicate caller's name",
    ],
    ["nobody", "a:\n  allow: all\n", 1, 1, "say who: token_sha256, or issuer"],
    ["two ways", token("  allow: all\n  issuer: https://x.y\n"), 1, 1, "write an entry for each"],
    ["an unknown key", token("  allow: all\n  prefix: x/\n"), 4, 3, 'did you mean "prefixes"?'],
    [
      "another unknown key",
      token("  allow: all\n  colour: x\n"),
      4,
      3,
      "known keys: token_sha256,",
    ],
    ["no allow", token(""), 1, 1, "allow is missing"],
    ["an empty allow", token("  allow:\n"), 3, 9, "expected a text"],
    ["nothing allowed", token("  allow: []\n"), 3, 10, "the list is empty"],
    ["an unknown action", token("  allow: [object:read]\n"), 3, 11, 'did you mean "objects:read"?'],
    ["all among others", token("  allow: [all, objects:read]\n"), 3, 11, "or all alone"],
    [
      "a token itself",
      "a:\n  allow: all\n  token_sha256: my-secret\n",
      3,
      17,
      "64 hexadecimal digits",
    ],
    ["empty prefixes", token("  allow: all\n  prefixes:\n"), 4, 12, "expected a text"],
    ["no prefixes", token("  allow: all\n  prefixes: []\n"), 4, 13, "the list is empty"],
    [
      "an open prefix",
      token("  allow: all\n  prefixes: [private/a]\n"),
      4,
      14,
      'write "private/a/"',
    ],
    ["no place", token("  allow: all\n  prefixes: [team-a/]\n"), 4, 14, "begin with private/"],
    [
      "own links",
      token("  allow: all\n  prefixes: ['fs://b/']\n"),
      4,
      14,
      "begin with private/ or public/",
    ],
    ["a kind", token("  allow: all\n  prefixes: ['s3://b/']\n"), 4, 14, "names a kind of store"],
    [
      "a whole provider",
      token("  allow: all\n  prefixes: ['archive://']\n"),
      4,
      14,
      "names no bucket",
    ],
    [
      "an unknown provider",
      token("  allow: all\n  prefixes: ['archve://b/']\n"),
      4,
      14,
      'did you mean "archive://"?',
    ],
    ["no audience", jwt("  issuer: https://x.y\n  claims: {}\n"), 1, 1, "audience is missing"],
    [
      "no claims",
      jwt("  issuer: https://x.y\n  audience: z\n"),
      1,
      1,
      "`claims: {}` lets everybody in",
    ],
    [
      "claims as a text",
      jwt("  issuer: https://x.y\n  audience: z\n  claims: x\n"),
      5,
      11,
      "expected a mapping",
    ],
    [
      "an empty claim",
      jwt("  issuer: https://x.y\n  audience: z\n  claims: { a: }\n"),
      5,
      16,
      "expected a text",
    ],
    ["no issuer", jwt("  audience: z\n  claims: {}\n"), 1, 1, "issuer is missing"],
    [
      "an issuer without TLS",
      jwt("  issuer: http://x.y\n  audience: z\n  claims: {}\n"),
      3,
      11,
      "expected an https:// URL",
    ],
    ["no account", jwt("  iam_role: r\n"), 1, 1, "iam_account is missing"],
    ["an account", jwt("  iam_account: 12\n  iam_role: r\n"), 3, 16, "twelve digits"],
    ["neither role nor user", jwt("  iam_account: '123456789012'\n"), 1, 1, "iam_role or iam_user"],
    [
      "a role's ARN",
      jwt("  iam_account: '123456789012'\n  iam_role: arn:aws:iam::1:role/r\n"),
      4,
      13,
      "bare name",
    ],
    [
      "a star within",
      jwt("  iam_account: '123456789012'\n  iam_role: a*b\n"),
      4,
      13,
      "its beginning and *",
    ],
    ["an alias", "a: &x { allow: all }\nb: *x\n", 2, 4, "aliases"],
  ])("%s", (_, text, line, column, message) => {
    const { problems, message: report } = failure(text);
    expect(problems.map((problem) => [problem.line, problem.column])).toEqual([[line, column]]);
    expect(report).toContain(message);
  });

  test("all mistakes are told at once, and no token", () => {
    const report = failure(`a:
  token_sha256: the-token-itself
  allow: [object:read, links:red]
b:
  iam_account: 1
  iam_role: /x
  prefixes: [private]
`).message;
    expect(report).toMatch(/^ACCESS_FILE has 7 mistakes:\n {2}line 2, column 17: /);
    expect(report).not.toContain("the-token-itself");
  });
});
