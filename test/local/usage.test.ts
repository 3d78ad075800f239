import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openPlace } from "./command.ts";

test("help names the commands and exit codes on stdout, each command's help shows examples", async () => {
  const { run } = await openPlace();
  const all = await run(["--help"]);
  expect(all).toMatchObject({ code: 0, stderr: "" });
  for (const name of ["serve", "resolve", "sign", "ls"]) expect(all.stdout).toMatch(`  ${name} `);
  expect(all.stdout).toMatch("Exit codes:");
  const one = await run(["resolve", "--help"]);
  expect(one).toMatchObject({ code: 0, stderr: "" });
  expect(one.stdout).toMatch(/--only-failed[^]*Examples:\n {2}remote-storage resolve/);
});

test("a wrong command line is exit code 2 and its help", async () => {
  const { run } = await openPlace();
  const { code, stdout, stderr } = await run([]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(/^Usage: remote-storage/);
});

test("all wrong settings are one report and exit code 2; the environment wins over .env", async () => {
  const { folder, run } = await openPlace();
  await writeFile(
    join(folder, ".env"),
    "PORT=none\nSTORAGE_PROVIDER=nowhere\nSIGNED_URL_WINDOW=soon\n",
  );
  const { code, stdout, stderr } = await run(["ls"], { env: { STORAGE_PROVIDER: "http" } });
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(/^error: 2 settings are wrong:\n/);
  expect(stderr).toMatch('PORT is "none"');
  expect(stderr).toMatch('SIGNED_URL_WINDOW is "soon"');
  expect(stderr).not.toMatch("STORAGE_PROVIDER");
});

test("a .env that cannot be read is exit code 2 and one line", async () => {
  const { folder, run } = await openPlace();
  await mkdir(join(folder, ".env"));
  const { code, stderr } = await run(["ls"]);
  expect(code).toBe(2);
  expect(stderr).toMatch(/^error: cannot read \.env: .*EISDIR.*\n$/);
});

test("a broken remote_links.yml is exit code 2 with line and column", async () => {
  const { folder, run } = await openPlace();
  await writeFile(join(folder, "remote_links.yml"), "cars:\n  provider: s4\n");
  const { code, stderr } = await run(["resolve", "-"], { input: "" });
  expect(code).toBe(2);
  expect(stderr).toMatch(/line 2, column 13/);
});

test("the trace of an error is shown with LOG_LEVEL=debug only", async () => {
  const { run } = await openPlace();
  const quiet = await run(["resolve", "none"]);
  expect(quiet.stderr.trimEnd()).not.toMatch("\n");
  const loud = await run(["resolve", "none"], { env: { LOG_LEVEL: "debug" } });
  expect(loud.stderr).toMatch(/\n +at /);
});
