import type { S3Config } from "@remote-storage/core/storage/provider-config.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { wantedRule, withRule } from "../../functions/doctor/cors-rules.ts";
import { openCors } from "../../functions/providers/s3/cors.ts";
import { context, examined, fineChecks, troubles } from "../doctor/examined.ts";
import { ALL, APP, BUCKET, withBucket } from "./doctor-subject.ts";
import { type Radosgw, startRadosgw } from "./radosgw.ts";
import { s3Config, sdk } from "./s3-subject.ts";

describe("broken set-ups on radosgw", () => {
  let server: Radosgw;
  let config: S3Config;

  /** A user of the account with no rights of its own, and a bucket policy that grants it these. */
  async function userWith(name: string, actions: readonly string[]): Promise<S3Config> {
    const keys = ["--access-key", name, "--secret-key", `${name}-secret`];
    server.admin("user", "create", "--uid", name, "--display-name", name, ...keys);
    const owner = sdk(server);
    await owner.createBucket({ Bucket: name });
    const Policy = JSON.stringify({
      Version: "2012-10-17",
      Statement: {
        Effect: "Allow",
        Principal: { AWS: [`arn:aws:iam:::user/${name}`] },
        Action: actions,
        Resource: [`arn:aws:s3:::${name}`, `arn:aws:s3:::${name}/*`],
      },
    });
    await owner.putBucketPolicy({ Bucket: name, Policy });
    owner.destroy();
    return s3Config({ ...server, accessKey: name, secretKey: `${name}-secret` });
  }

  beforeAll(async () => {
    server = await startRadosgw();
    config = await withBucket(server);
  });
  afterAll(async () => {
    await server?.stop();
  });

  test("nothing is broken", async () => {
    const examination = await examined(config, BUCKET);
    expect(troubles(examination)).toEqual([]);
    expect(fineChecks(examination)).toEqual(ALL);
    expect(examination.policies).toEqual([]);
  });

  test("the probe is gone afterwards", async () => {
    await examined(config, BUCKET);
    const owner = sdk(server);
    const { KeyCount } = await owner.listObjectsV2({ Bucket: BUCKET });
    owner.destroy();
    expect(KeyCount).toBe(0);
  });

  test("no right to list", async () => {
    const rights = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"];
    const limited = await userWith("nolist", [...rights, "s3:ListMultipartUploadParts"]);
    const examination = await examined(limited, "nolist");
    expect(troubles(examination)).toEqual(["list: list objects: denied"]);
    expect(examination.policies[0]?.text).toContain('"Action": ["s3:ListBucket"]');
  });

  test("no right to put", async () => {
    const limited = await userWith("noput", ["s3:GetObject", "s3:ListBucket"]);
    const examination = await examined(limited, "noput");
    expect(troubles(examination)).toEqual(["write: write objects, by a signed URL: denied"]);
    expect(examination.policies[0]?.text).toContain('"s3:PutObject"');
  });

  test("the bucket of another account", async () => {
    const stranger = await userWith("stranger", ["s3:GetObject"]);
    const examination = await examined(stranger, BUCKET, {
      subject: { own: false, name: "theirs" },
    });
    expect(troubles(examination)).toEqual([
      "owner: exists, but not in the account of these keys, which has no bucket that it may see",
    ]);
    const [, policy] = examination.policies;
    expect(policy?.title).toContain(`Bucket policy of ${BUCKET}`);

    const Policy = policy?.text.replaceAll(/"arn:aws:iam[^"]*"/g, '"arn:aws:iam:::user/stranger"');
    const owner = sdk(server);
    await owner.putBucketPolicy({ Bucket: BUCKET, Policy });
    const granted = await examined(stranger, BUCKET, { subject: { own: false } });
    await owner.deleteBucketPolicy({ Bucket: BUCKET });
    owner.destroy();
    expect(troubles(granted)).toEqual([]);
  });

  test("no CORS", async () => {
    const corsOrigins = [APP];
    expect(troubles(await examined(config, BUCKET, { world: { corsOrigins } }))).toEqual([
      `cors: the store refuses browsers: GET from ${APP}, PUT from ${APP}`,
    ]);
  });

  test("adding the CORS rule mends it, and keeps the others", async () => {
    const rules = openCors(config, context, BUCKET);
    const foreign = {
      origins: ["https://b.example"],
      methods: ["GET"],
      headers: ["x"],
      exposed: [],
    };
    await rules.write([{ id: "theirs", ...foreign }]);
    await rules.write(withRule(await rules.read(), wantedRule({ own: true, config }, [APP])));
    expect(await rules.read()).toMatchObject([{ id: "theirs", ...foreign }, { origins: [APP] }]);
    const corsOrigins = [APP];
    expect(troubles(await examined(config, BUCKET, { world: { corsOrigins } }))).toEqual([]);
  });

  test("wrong keys, which this store refuses like missing rights", async () => {
    const keys = { type: "keys", accessKey: server.accessKey, secretKey: "wrong" } as const;
    expect(troubles(await examined({ ...config, credentials: keys }, BUCKET))).toEqual([
      "credentials: the keys are most likely wrong: nothing at all is allowed",
    ]);
  });
});
