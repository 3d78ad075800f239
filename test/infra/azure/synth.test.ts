import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { deploy, type WrittenTemplate } from "./deploy.ts";
import { REMOTE_LINKS } from "./written.ts";

const APP = join(import.meta.dirname, "../../../infra/azure/app.ts");

interface Synthesized {
  readonly status: number | null;
  readonly stderr: string;
  readonly main: string;
  readonly linked: string;
}

/** Runs what `npm run synth:azure` runs, in a folder with these files. */
function synthesize(
  files: Readonly<Record<string, string>> = {},
  env: Readonly<Record<string, string>> = {},
): Synthesized {
  const folder = mkdtempSync(join(tmpdir(), "remote-storage-azure-"));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const { status, stderr } = spawnSync(process.execPath, [APP], {
      cwd: folder,
      env,
      encoding: "utf8",
    });
    const read = (name: string): string =>
      status === 0 ? readFileSync(join(folder, "dist/azure-infra", name), "utf8") : "";
    return { status, stderr, main: read("main.json"), linked: read("linked-account.json") };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("npm run synth:azure", () => {
  test("writes both templates, with what remote_links.yml grants and none of its secrets", () => {
    const secrets = `
one: {provider: azure, access_key: four, secret_key: Y2FuYXJ5Y2FuYXJ5, buckets: [cars]}
two: {provider: s3, region: eu-central-1, access_key: canary1, secret_key: canary2, buckets: [x]}
three: {provider: s3, region: eu-central-1, access_key: "\${ID}", secret_key: "\${KEY}", buckets: [y]}
`;
    const { status, stderr, main, linked } = synthesize(
      { "remote_links.yml": REMOTE_LINKS + secrets },
      { ID: "canary3", KEY: "canary4", DEPLOY_AZURE_LINKED_GROUPS: "linked=rg-linked" },
    );
    expect({ status, stderr }).toMatchObject({ status: 0 });
    expect(main).toContain("rg-linked");
    expect(main + linked + stderr).not.toMatch(/canary|Y2FuYXJ5/);
    const { resources } = deploy(JSON.parse(main) as WrittenTemplate);
    expect(resources.length).toBeGreaterThan(20);
    // The owner of the other account is told what to run, nobody else.
    expect(stderr).toContain("account=elsewhere container=boats");
    expect(stderr).not.toContain("account=linked");
  });

  test("says nothing where there is nothing to do for anybody", () => {
    expect(synthesize()).toMatchObject({ status: 0, stderr: "" });
  });

  test.each([
    ["a setting", {}, { DEPLOY_AZURE_NODE: "18" }, "DEPLOY_AZURE_NODE"],
    ["remote_links.yml", { "remote_links.yml": "a: {provider: azur}\n" }, {}, "azur"],
    ["the access file", { "a.yml": "a: {allow: nothing}\n" }, { ACCESS_FILE: "a.yml" }, "line 1"],
  ])("writes nothing after a mistake in %s, and says where it is", (_, files, env, named) => {
    const { status, stderr } = synthesize(files, env);
    expect(status).toBe(2);
    expect(stderr).toContain(named);
    expect(stderr).not.toContain("    at ");
  });
});
