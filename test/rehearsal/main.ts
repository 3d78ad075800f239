/**
 * `npm run rehearse:aws`: the real `cdk bootstrap`, `deploy` and `destroy`, `links:upload` and the
 * template for linked buckets, against moto's server instead of an account. It says what that shows,
 * and what it cannot show.
 */
import { deepEqual, equal, ok } from "node:assert/strict";
import { join } from "node:path";
import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { parseRemoteLinks } from "@remote-storage/core/links/remote-links.ts";
import { ACCOUNT, REGION, startMoto } from "./moto.ts";
import { openProject, QUALIFIER } from "./project.ts";
import { startStandIn } from "./stand-in.ts";

interface Seen {
  readonly stacks: Readonly<Record<string, string>>;
  readonly buckets: readonly string[];
  readonly functions: Readonly<Record<string, SeenFunction>>;
  readonly roles: Readonly<Record<string, readonly string[]>>;
  readonly rules: readonly string[];
  readonly routes: readonly string[];
  readonly machines: readonly { readonly name: string; readonly definition: object }[];
}

interface SeenFunction {
  readonly runtime: string;
  readonly bytes: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly role: string;
}

const REMOTE_LINKS = `cars: {provider: s3, region: eu-central-1, buckets: [cars, shared/team-a/]}
trucks: {provider: s3, region: eu-central-1, iam_role: reader-of-trucks, buckets: [trucks]}
old: {provider: s3, region: eu-central-1, access_key: me, secret_key: "\${KEY_OF_CARS}", buckets: [old]}
`;

const PREFIX = `remote-storage-${ACCOUNT}-${REGION}`;
const BUCKETS = ["access-logs", "cache", "private", "public"].map((end) => `${PREFIX}-${end}`);
const here = (name: string): string => join(import.meta.dirname, name);

const moto = await startMoto();
const standIn = await startStandIn(moto.url, moto.isKnown);
using project = openProject(standIn.url, { "remote_links.yml": REMOTE_LINKS, "access.yml": "" });
const look = (): Seen => JSON.parse(moto.python(here("look.py"))) as Seen;

async function step(what: string, work: () => unknown): Promise<void> {
  const start = performance.now();
  await work();
  console.log(`ok  ${((performance.now() - start) / 1000).toFixed(1).padStart(5)} s  ${what}`);
}

try {
  await step("cdk bootstrap", () =>
    project.cdk("bootstrap", `aws://${ACCOUNT}/${REGION}`, "--qualifier", QUALIFIER),
  );
  await step("cdk deploy --all, in one go", async () => {
    await project.cdk("deploy", "--all", "--require-approval", "never");
    const { stacks } = look();
    for (const name of ["storage", "access", "migration"]) {
      equal(stacks[`remote-storage-${name}`], "CREATE_COMPLETE");
    }
  });
  await step("four buckets, named after the account and the region", () => {
    deepEqual(look().buckets, BUCKETS);
  });
  await step("functions with the bundles that were built, on Node.js 24", () => {
    for (const { runtime, bytes, environment } of Object.values(look().functions)) {
      equal(runtime, "nodejs24.x");
      ok(bytes > 0);
      equal(environment["STORAGE_BUCKET_PREFIX"], PREFIX);
      equal(environment["STORAGE_REGION"], REGION);
    }
  });
  await step("each function in a role with rights of its own", () => {
    const { functions, roles } = look();
    const ofFunctions = Object.values(functions).map(({ role }) => role);
    equal(new Set(ofFunctions).size, ofFunctions.length);
    const objects = ofFunctions.find((role) => role.includes("Objects")) ?? "";
    for (const action of ["s3:PutObject", "sts:AssumeRole", "secretsmanager:GetSecretValue"]) {
      ok(roles[objects]?.includes(action), action);
    }
    ok(Object.values(roles).every((actions) => actions.every((action) => !action.includes("*"))));
  });
  await step("a REST API with its routes", () => {
    const { routes } = look();
    for (const route of ["ANY /", "ANY /{proxy+}"]) ok(routes.includes(route), route);
  });
  await step("the routes of pictures, and the sweep's schedule", () => {
    const { routes, rules } = look();
    ok(routes.includes("ANY /previews/{proxy+}"));
    deepEqual(rules, ["rate(1 hour)"]);
  });
  await step("a state machine that hands what a manifest lists to a worker", () => {
    const { machines, functions } = look();
    equal(machines.length, 1);
    const [{ name, definition } = { name: "", definition: {} }] = machines;
    equal(name, "remote-storage-migration");
    const worker = Object.entries(functions).find(
      ([, { environment }]) => environment["MIGRATION_FROM"] === "cars://cars/",
    );
    ok(worker !== undefined && JSON.stringify(definition).includes(worker[0]));
  });
  await step("npm run links:upload puts what remote_links.yml says into the secret", async () => {
    const secrets = new SecretsManager({
      endpoint: moto.url,
      region: REGION,
      credentials: { accessKeyId: "rehearsal", secretAccessKey: "rehearsal" },
    });
    const id = "remote-storage/remote-links";
    // moto's CloudFormation makes no secrets.
    await secrets.createSecret({ Name: id, SecretString: "# nothing yet" });
    await project.node("infra/aws/upload-links.ts");
    const { SecretString = "" } = await secrets.getSecretValue({ SecretId: id });
    const written = parseRemoteLinks(REMOTE_LINKS, { KEY_OF_CARS: "the-key" });
    deepEqual(parseRemoteLinks(SecretString, {}), written);
  });
  await step("the template for owners of linked buckets makes its role", () => {
    const template = join(import.meta.dirname, "../../infra/aws/linked-bucket.yaml");
    const made = JSON.parse(moto.python(here("link_bucket.py"), template)) as unknown;
    deepEqual(made, {
      externalId: "0123-4567-89ab-cdef",
      arn: `arn:aws:iam::${ACCOUNT}:role/cars`,
    });
  });
  await step("cdk destroy takes what keeps nothing, and leaves every bucket", async () => {
    await project.cdk("destroy", "Access", "Migration", "--exclusively", "--force");
    const { buckets, functions } = look();
    deepEqual(functions, {});
    deepEqual(buckets, BUCKETS);
  });
  await step("termination protection was asked for", () => {
    ok(standIn.answered.has("UpdateTerminationProtection"));
  });
  console.log("\nNot shown, since moto's CloudFormation does not make them:");
  for (const [type, count] of standIn.removed) console.log(`  ${count} × ${type}`);
  console.log(`
Not shown either: whether IAM would allow what the policies say, function URLs and CloudFront in front
of them, CloudFormation's own checks of a template. \`npm run synth\` checks templates against
CloudFormation's rules, and the tests in test/infra list every right.`);
} finally {
  await standIn.close();
  await moto.running.stop();
}
