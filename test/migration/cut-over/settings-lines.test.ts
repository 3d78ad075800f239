import { parseSettings } from "@remote-storage/core/settings/parse-settings.ts";
import { expect, test } from "vitest";
import { describeChanges } from "../../../functions/migration/cut-over/describe-cut-over.ts";
import {
  changedLines,
  settingsLines,
} from "../../../functions/migration/cut-over/settings-lines.ts";

const neverRead = (): string => {
  throw new Error("no file is named");
};

function linesOf(env: Record<string, string>) {
  const { storage, buckets } = parseSettings(env, neverRead);
  return settingsLines(storage, buckets.private.slice(0, -"-private".length));
}

const stores = {
  http: { STORAGE_PROVIDER: "http" },
  minio: {
    STORAGE_PROVIDER: "minio",
    STORAGE_ENDPOINT: "http://127.0.0.1:9000",
    STORAGE_REGION: "us-east-1",
    STORAGE_ACCESS_KEY: "key-of-minio",
    STORAGE_SECRET_KEY: "secret-of-minio",
    STORAGE_BUCKET_PREFIX: "team",
  },
  aws: {
    STORAGE_PROVIDER: "minio",
    STORAGE_ENDPOINT: "s3.amazonaws.com",
    STORAGE_REGION: "eu-central-1",
    STORAGE_IAM_ROLE: "writer",
  },
  azure: {
    STORAGE_PROVIDER: "azure",
    STORAGE_ENDPOINT: "http://127.0.0.1:10000/devaccount",
    STORAGE_ACCESS_KEY: "devaccount",
    STORAGE_SECRET_KEY: "c2VjcmV0LW9mLWF6dXJl",
  },
  google: { STORAGE_PROVIDER: "google" },
};

test("from the local disk to MinIO", () => {
  expect(describeChanges(changedLines(linesOf(stores.http), linesOf(stores.minio)))).toBe(
    `To use the new storage, change .env (or the environment) and start the service again:
  - STORAGE_PROVIDER=http
  + STORAGE_PROVIDER=minio
  + STORAGE_ENDPOINT=http://127.0.0.1:9000
  + STORAGE_ACCESS_KEY=…
  + STORAGE_SECRET_KEY=…
  + STORAGE_REGION=us-east-1
  + STORAGE_BUCKET_PREFIX=team
… stands for the keys that this migration wrote with.
`,
  );
});

test("from AWS to Azure: what belongs to the old one goes", () => {
  expect(changedLines(linesOf(stores.aws), linesOf(stores.azure))).toEqual([
    { name: "STORAGE_PROVIDER", before: "minio", after: "azure" },
    {
      name: "STORAGE_ENDPOINT",
      before: "https://s3.amazonaws.com",
      after: "http://127.0.0.1:10000/devaccount",
    },
    { name: "STORAGE_ACCESS_KEY", after: "devaccount" },
    { name: "STORAGE_SECRET_KEY", after: "…" },
    { name: "STORAGE_IAM_ROLE", before: "writer" },
    { name: "STORAGE_REGION", before: "eu-central-1" },
  ]);
});

test("from one account of a store to another, the keys change though both are hidden", () => {
  const changes = changedLines(linesOf(stores.minio), linesOf(stores.minio));
  expect(changes.map(({ name }) => name)).toEqual(["STORAGE_ACCESS_KEY", "STORAGE_SECRET_KEY"]);
});

test("where nothing differs nothing is to be changed", () => {
  expect(describeChanges(changedLines(linesOf(stores.google), linesOf(stores.google)))).toBe(
    "The settings name the new storage already.\n",
  );
});

test.each(Object.entries(stores))(
  "%s: set as told, the settings name that storage again, and no secret is told",
  (_, env) => {
    const told = linesOf(env);
    const written = Object.fromEntries(
      Array.from(told, ([name, value]) => {
        const secret = new Map(Object.entries(env)).get(name) ?? "";
        return [name, value === "…" ? secret : value];
      }),
    );
    expect(parseSettings(written, neverRead)).toEqual(parseSettings(env, neverRead));
    expect(Array.from(told.values()).join(" ")).not.toContain("secret");
  },
);
