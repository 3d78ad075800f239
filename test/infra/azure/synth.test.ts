import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AccessFileError } from "@remote-storage/core/access/access-file-error.ts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { deploy, type WrittenTemplate } from "./deploy.ts";
import { REMOTE_LINKS, synthesizeFrom } from "./written.ts";

const APP = join(import.meta.dirname, "../../../infra/azure/app.ts");

const LINKS_WITH_SECRETS = `${REMOTE_LINKS}
one: {provider: azure, access_key: four, secret_key: Y2FuYXJ5Y2FuYXJ5, buckets: [cars]}
two: {provider: s3, region: eu-central-1, access_key: canary1, secret_key: canary2, buckets: [x]}
three: {provider: s3, region: eu-central-1, access_key: "\${ID}", secret_key: "\${KEY}", buckets: [y]}
`;

describe("npm run synth:azure", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "remote-storage-azure-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const written = (name: string) => join(folder, "dist/azure-infra", name);

  /** With the links above, in a folder of its own. */
  const run = (env: Readonly<Record<string, string>>) => {
    writeFileSync(join(folder, "remote_links.yml"), LINKS_WITH_SECRETS);
    return spawnSync(process.execPath, [APP], { cwd: folder, env, encoding: "utf8" });
  };

  test("writes both templates, with what remote_links.yml grants and none of its secrets", () => {
    const { status, stderr } = run({
      ID: "canary3",
      KEY: "canary4",
      DEPLOY_AZURE_LINKED_GROUPS: "linked=rg-linked",
    });
    expect({ status, stderr }).toMatchObject({ status: 0 });
    const main = readFileSync(written("main.json"), "utf8");
    const linked = readFileSync(written("linked-account.json"), "utf8");
    expect(main).toContain("rg-linked");
    expect(main + linked + stderr).not.toMatch(/canary|Y2FuYXJ5/);
    const { resources } = deploy(JSON.parse(main) as WrittenTemplate);
    expect(resources.length).toBeGreaterThan(20);
    // The owner of the other account is told what to run, nobody else.
    expect(stderr).toContain("account=elsewhere container=boats");
    expect(stderr).not.toContain("account=linked");
  });

  test("writes nothing after a mistake, and says where it is", () => {
    const { status, stderr } = run({ DEPLOY_AZURE_NODE: "18" });
    expect(status).toBe(2);
    expect(stderr).toContain("DEPLOY_AZURE_NODE");
    expect(stderr).not.toContain("    at ");
    expect(existsSync(written("main.json"))).toBe(false);
  });
});

const accessTo = (provider: string): string =>
  `a: {token_sha256: ${"ab".repeat(32)}, allow: [links:read], prefixes: ["${provider}://cars/"]}\n`;

describe("synthesizing", () => {
  test("leaves to others only what lies in their accounts", () => {
    const settings = { DEPLOY_AZURE_LINKED_GROUPS: "linked=rg-linked" };
    expect(synthesizeFrom({ settings, remoteLinks: REMOTE_LINKS }).left).toEqual([
      { account: "elsewhere", container: "boats", prefixes: [] },
    ]);
    expect(synthesizeFrom({ remoteLinks: REMOTE_LINKS }).left.length).toBe(3);
    expect(synthesizeFrom().left).toEqual([]);
  });

  test("checks the access file by the providers that there are", () => {
    const remoteLinks = REMOTE_LINKS;
    expect(() => synthesizeFrom({ remoteLinks, access: accessTo("cars") })).not.toThrow();
    expect(() => synthesizeFrom({ remoteLinks, access: accessTo("trains") })).toThrow(
      AccessFileError,
    );
  });
});
