import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type App, Validations } from "aws-cdk-lib";
import { CfnBucket } from "aws-cdk-lib/aws-s3";
import { AwsSolutionsChecks } from "cdk-nag";
import { describe, expect, test } from "vitest";
import { EVERYTHING } from "./everything.ts";
import { addStacks, inFolder, newApp, type Source } from "./stacks.ts";

const REMOTE_LINKS =
  'cars: {provider: s3, region: eu-central-1, buckets: [cars, "shared/te*m/"]}\n';

/** With little switched on, and with everything: some findings belong to what is off. */
const DEPLOYMENTS: readonly (readonly [string, Source])[] = [
  ["without pictures", { settings: { DEPLOY_PICTURES: "false" } }],
  ["by default", {}],
  ["with a REST API", { settings: { DEPLOY_REST_API: "true" }, remoteLinks: REMOTE_LINKS }],
  [
    "with everything",
    {
      settings: EVERYTHING,
      remoteLinks: REMOTE_LINKS,
      account: "111122223333",
      region: "eu-central-1",
    },
  ],
];

const withApp = (source: Source, work: (app: App) => void): void =>
  inFolder((folder) => {
    const app = newApp(join(folder, "cdk.out"));
    addStacks(app, folder, source);
    work(app);
  });

const findings = (app: App): readonly string[] =>
  new AwsSolutionsChecks(app).validateScope(app).violations.map(({ ruleName }) => ruleName);

/** Every acknowledgement in the tree, with what takes it away and puts it back. */
const acknowledgements = (app: App) =>
  app.node.findAll().flatMap(({ node }) =>
    node.metadata
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) => {
        const reasons = data as Record<string, string>;
        return Object.entries(reasons).map(([key, reason]) => ({
          path: node.path,
          id: key.replace(/^annotation::/i, ""),
          reason,
          remove: () => delete reasons[key],
          restore: () => (reasons[key] = reason),
        }));
      }),
  );

describe.each(DEPLOYMENTS)("cdk-nag, %s", (_, source) => {
  test("finds nothing that is not acknowledged", () => {
    withApp(source, (app) => expect(findings(app)).toEqual([]));
  });

  test("finds what each acknowledgement answers, once that is taken away", () => {
    withApp(source, (app) => {
      const all = acknowledgements(app);
      expect(all.length).toBeGreaterThan(4);
      for (const { path, id, reason, remove, restore } of all) {
        expect(reason.length).toBeGreaterThan(30);
        remove();
        expect({ path, findings: findings(app) }).toEqual({ path, findings: [id] });
        restore();
      }
    });
  });
});

/** Writes cdk.out as `cdk` has it written, and gives all that is in it. */
const synthesize = (source: Source = {}, spoil: (bucket: CfnBucket) => void = () => {}): string =>
  inFolder((folder) => {
    const app = newApp(join(folder, "cdk.out"));
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    const { storage } = addStacks(app, folder, source);
    const bucket = storage.node.findChild("Public").node.defaultChild;
    if (!(bucket instanceof CfnBucket)) throw new Error("there is no bucket");
    spoil(bucket);
    const { directory } = app.synth();
    return readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => readFileSync(join(parentPath, name), "utf8"))
      .join("\n");
  });

describe("what synth writes", () => {
  test("has what remote_links.yml grants, and none of its secrets", () => {
    const remoteLinks = `
cars: {provider: s3, region: eu-central-1, iam_role: reader-of-cars, buckets: [cars]}
one: {provider: s3, region: eu-central-1, access_key: canary1, secret_key: canary2, buckets: [x]}
two: {provider: s3, region: eu-central-1, access_key: "\${ID}", secret_key: "\${KEY}", buckets: [y]}
`;
    const env = { ID: "canary3", KEY: "canary4" };
    const written = synthesize({ settings: EVERYTHING, remoteLinks, env });
    expect(written).toContain("reader-of-cars");
    expect(written).not.toContain("canary");
  });

  test("is nothing, when a property is one that CloudFormation does not know", () => {
    expect(() => synthesize({}, (bucket) => bucket.addPropertyOverride("BucketNam", "x"))).toThrow(
      "BucketNam",
    );
  });

  test("is nothing, when cdk-nag finds a bucket whose accesses nobody logs", () => {
    expect(() =>
      synthesize({}, (bucket) => {
        bucket.loggingConfiguration = undefined;
      }),
    ).toThrow("AwsSolutions-S1");
  });
});

test("the command line is of the 2.x that fits the library: 3.0.0 is an accident upstream", () => {
  const file = join(import.meta.dirname, "../../node_modules/aws-cdk/package.json");
  const { version } = JSON.parse(readFileSync(file, "utf8")) as { version: string };
  expect(version).toMatch(/^2\.1148\./);
});
