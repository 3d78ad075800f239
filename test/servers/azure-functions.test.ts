import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bundleFunctionApp } from "../../infra/bundle-azure.ts";
import { openFunctionAppHost } from "../hosts/azure-host.ts";
import { describeHost } from "../hosts/suite.ts";
import { type Deployment, deploy } from "../support/azure-functions/deployment.ts";

let folder = "";
let deployment: Deployment | undefined;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "function-app-package-"));
  await bundleFunctionApp(folder);
});
afterAll(async () => {
  await deployment?.remove();
  await rm(folder, { recursive: true });
});

/** What Azure Blob does in its own ways. */
const OTHERWISE = ["signed URLs", "its own store"] as const;

test("the package has what Azure looks for, and nothing of the machine that made it", async () => {
  const files = await readdir(folder);
  expect(files).toEqual(expect.arrayContaining(["host.json", "main.mjs", "package.json"]));
  expect(files.filter((file) => /lock|\.ts$|\.env/.test(file))).toEqual([]);
  expect(await readdir(join(folder, "node_modules/@img"))).toEqual([
    "colour",
    "sharp-libvips-linux-x64",
    "sharp-linux-x64",
  ]);
});

describeHost(
  "the package of the Function App, streaming,",
  async () => {
    deployment = await deploy();
    return openFunctionAppHost(deployment, join(folder, "main.mjs"));
  },
  {
    without: OTHERWISE,
  },
);
