import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { ENVIRONMENT } from "./moto.ts";

const root = join(import.meta.dirname, "../..");

/** moto finds a template in a bucket's path only where it reads this word in the URL. */
export const QUALIFIER = "localhost";

/** What a user would type, in a folder of its own with the user's files. */
export interface Project extends Disposable {
  cdk(...args: readonly string[]): Promise<string>;
  node(script: string): Promise<string>;
}

export function openProject(url: string, files: Readonly<Record<string, string>>): Project {
  const folder = mkdtempSync(join(tmpdir(), "remote-storage-rehearsal-"));
  const settings = JSON.parse(readFileSync(join(root, "cdk.json"), "utf8")) as { context: object };
  const cdkJson = {
    ...settings,
    app: `node ${join(root, "infra/app.ts")}`,
    context: { ...settings.context, "@aws-cdk/core:bootstrapQualifier": QUALIFIER },
  };
  for (const [name, content] of Object.entries({ ...files, "cdk.json": JSON.stringify(cdkJson) })) {
    writeFileSync(join(folder, name), content);
  }
  symlinkSync(join(root, "dist"), join(folder, "dist"));

  const run = (program: string, args: readonly string[]) =>
    runIn(folder, program, args, {
      ...ENVIRONMENT,
      AWS_ENDPOINT_URL: url,
      DEPLOY_REST_API: "true",
      DEPLOY_MIGRATION_FROM: "cars://cars/",
      DEPLOY_MIGRATION_TO: "private/cars/",
      ACCESS_FILE: "access.yml",
      KEY_OF_CARS: "the-key",
    });
  return {
    cdk: (...args) => run(join(root, "node_modules/.bin/cdk"), [...args, "--no-notices"]),
    node: (script) => run(process.execPath, [join(root, script)]),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}

/** Runs a program to its end and gives all that it says; throws with that when it fails. */
async function runIn(
  folder: string,
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<string> {
  const child = spawn(program, args, {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [said, [code]] = await Promise.all([
    Promise.all([text(child.stdout), text(child.stderr)]),
    once(child, "exit") as Promise<[number | null]>,
  ]);
  if (code !== 0)
    throw new Error(`${program} ${args.join(" ")} failed (${code}):\n${said.join("")}`);
  return said.join("");
}
