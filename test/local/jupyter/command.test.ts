import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, expect, test, vi } from "vitest";
import { openPlace, type Place } from "../command.ts";

// Each test starts several processes, which takes a busy machine its time.
vi.setConfig({ testTimeout: 90_000 });

const ON = { STORAGE_JUPYTER_SYNC: "true", JUPYTER_DOWNLOAD_FILES_BEFORE_START: "true" };

/** Nobody listens there. */
const AWAY = {
  STORAGE_JUPYTER_SYNC: "true",
  STORAGE_PROVIDER: "minio",
  STORAGE_ENDPOINT: "http://127.0.0.1:1",
  STORAGE_REGION: "x",
  STORAGE_ACCESS_KEY: "a",
  STORAGE_SECRET_KEY: "b",
};

/** A command in the place of Jupyter. */
const script = (code: string) => [process.execPath, "-e", code] as const;
const writing = (content: string, code = 0) =>
  script(`require("fs").writeFileSync("a.txt", "${content}"); process.exitCode = ${code}`);

const keep = (...words: readonly string[]) => ["jupyter", "--dir", "notebooks", "--", ...words];
const stored = (place: Place, name: string) =>
  readFile(join(place.folder, "data/storage/remote-storage-private/jupyter", name), "utf8");

test("keeps what the command writes, and fetches it elsewhere before the next one starts", async () => {
  const place = await openPlace();
  const first = await place.run(keep(...writing("one")), { env: ON });
  expect(first).toMatchObject({ code: 0, stdout: "" });
  expect(first.stderr).toBe("remote-storage: sent: 1 (a.txt)\n");
  expect(await stored(place, "a.txt")).toBe("one");
  await rm(join(place.folder, "notebooks"), { recursive: true });
  const read = script(`process.stdout.write(require("fs").readFileSync("a.txt"))`);
  const second = await place.run(keep(...read), { env: ON });
  expect(second).toEqual({
    code: 0,
    stdout: "one",
    stderr: "remote-storage: fetched: 1 (a.txt)\n",
  });
});

test("gives the command its input, and none of the service's secrets", async () => {
  const place = await openPlace();
  const env = {
    ...ON,
    API_TOKENS: "a-token-of-some-length",
    URL_SIGNING_KEYS_FILE: "keys",
    MINE: "1",
  };
  await writeFile(join(place.folder, "keys"), "k1:a-secret-of-some-length");
  const echo = script(
    `process.stdin.pipe(process.stdout); console.log(["API_TOKENS", "URL_SIGNING_KEYS_FILE", "MINE"].filter((name) => name in process.env))`,
  );
  const { stdout } = await place.run(keep(...echo), { env, input: "from outside" });
  expect(stdout).toBe("[ 'MINE' ]\nfrom outside");
});

describe("its exit code", () => {
  test("is the command's, after everything is sent", async () => {
    const place = await openPlace();
    const { code, stderr } = await place.run(keep(...writing("kept", 3)), { env: ON });
    expect([code, await stored(place, "a.txt")]).toEqual([3, "kept"]);
    expect(stderr).toContain("ended with 3");
  });

  test("says which signal ended the command", async () => {
    const place = await openPlace();
    const dying = script(`process.kill(process.pid, "SIGKILL")`);
    expect((await place.run(keep(...dying), { env: ON })).code).toBe(137);
  });

  test("is 2 when the command is not there, and without one", async () => {
    const place = await openPlace();
    const missing = await place.run(keep("no-such-program"), { env: ON });
    expect(missing).toMatchObject({ code: 2 });
    expect(missing.stderr).toContain("cannot start no-such-program");
    expect((await place.run(["jupyter"], { env: ON })).code).toBe(2);
  });

  test("is 5 when something could not be sent, which is named with its place", async () => {
    const place = await openPlace();
    const { code, stderr } = await place.run(
      ["jupyter", "--interval", "1s", "--flush", "1s", "--", ...writing("x")],
      {
        env: AWAY,
      },
    );
    expect(code).toBe(5);
    expect(stderr).toContain(`not in the storage: 1 (a.txt); they lie in ${place.folder}`);
  });
});

describe("a signal", () => {
  const lingering = script(
    `process.on("SIGTERM", () => { require("fs").writeFileSync("a.txt", "last words"); process.exit(0); });
     process.on("SIGINT", () => console.log("really?")); console.log("ready"); setInterval(() => {}, 1000)`,
  );

  test("goes to the command, and what it writes at its end is sent", async () => {
    const place = await openPlace();
    const child = place.start(keep(...lingering), ON);
    const ended = once(child, "close");
    await heard(child, "ready");
    child.kill("SIGTERM");
    expect(await ended).toEqual([143, null]);
    expect(await stored(place, "a.txt")).toBe("last words");
  });

  test("goes to the command each time it comes", async () => {
    const place = await openPlace();
    const child = place.start(keep(...lingering), ON);
    const ended = once(child, "close");
    await heard(child, "ready");
    child.kill("SIGINT");
    await heard(child, "really?");
    child.kill("SIGINT");
    await heard(child, "really?");
    child.kill("SIGTERM");
    expect(await ended).toEqual([130, null]);
  });

  test("ends a sending that does not come to an end", async () => {
    const place = await openPlace();
    // It looks at the folder for the first time when the command has ended.
    const patient = ["--interval", "1h", "--flush", "1h"];
    const child = place.start(["jupyter", ...patient, "--", ...writing("x")], AWAY);
    const said = text(child.stderr);
    const ended = once(child, "close");
    await once(child.stderr, "data");
    child.kill("SIGTERM");
    expect(await ended).toEqual([143, null]);
    expect(await said).toContain("not in the storage: 1 (a.txt)");
  });
});

describe("settings", () => {
  test("that are off keep nothing, and the command runs all the same", async () => {
    const place = await openPlace();
    const { code, stderr } = await place.run(keep(...writing("x")));
    expect(code).toBe(0);
    expect(stderr).toContain("nothing is kept");
    expect(existsSync(join(place.folder, "data/storage"))).toBe(false);
  });

  test("that only fetch send nothing", async () => {
    const place = await openPlace();
    await mkdir(join(place.folder, "notebooks"));
    await writeFile(join(place.folder, "notebooks/b.txt"), "b");
    const env = { JUPYTER_DOWNLOAD_FILES_BEFORE_START: "true" };
    expect((await place.run(keep(...writing("x")), { env })).code).toBe(0);
    await expect(stored(place, "a.txt")).rejects.toThrow("ENOENT");
    await expect(stored(place, "b.txt")).rejects.toThrow("ENOENT");
  });

  test("never make it keep its own storage in the storage", async () => {
    const place = await openPlace();
    const here = ["jupyter", "--", ...writing("x")];
    for (let count = 0; count < 2; count++) {
      expect((await place.run(here, { env: ON })).code).toBe(0);
    }
    expect(await stored(place, "a.txt")).toBe("x");
    expect(existsSync(join(place.folder, "data/storage/remote-storage-private/jupyter/data"))).toBe(
      false,
    );
    const inside = await place.run(["jupyter", "--dir", "data", "--", ...writing("x")], {
      env: ON,
    });
    expect(inside).toMatchObject({ code: 2 });
  });

  test.each([
    ["--prefix", "/a"],
    ["--interval", "0s"],
    ["--max-delete", "101"],
    ["--flush", "soon"],
  ])("%s %s is refused", async (name, value) => {
    const place = await openPlace();
    const { code, stderr } = await place.run(["jupyter", name, value, "--", "true"], { env: ON });
    expect(code).toBe(2);
    expect(stderr).toContain("Expected");
  });
});

async function heard({ stdout }: ChildProcess, wanted: string): Promise<void> {
  if (stdout === null) throw new Error("nothing can be heard");
  for (let said = ""; !said.includes(wanted);) {
    const [chunk] = (await once(stdout, "data")) as [Buffer];
    said += chunk.toString();
  }
}
