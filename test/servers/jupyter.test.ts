import { type ChildProcess, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseKey } from "@remote-storage/core/storage/key.ts";
import type { Bucket } from "@remote-storage/core/storage/provider.ts";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { openS3 } from "../../functions/providers/s3/provider.ts";
import { openPlace, type Place } from "../local/command.ts";
import { readText } from "../providers/conformance/stage.ts";
import { findBinary } from "./binary.ts";
import { type Minio, startMinio } from "./minio.ts";
import { freePort } from "./process.ts";
import { context, s3Config, sdk } from "./s3-subject.ts";

const TOKEN = "a-token-of-the-test";
/** A notebook's way from the browser to the store takes seconds, on a busy machine more. */
const PATIENCE = { timeout: 60_000, interval: 200 };

/** The text of a notebook's only cell. */
const notebook = (source: string) => ({
  type: "notebook",
  format: "json",
  content: {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {},
    cells: [
      { id: "only", cell_type: "code", metadata: {}, source, outputs: [], execution_count: null },
    ],
  },
});

describe("a Jupyter server whose notebooks are kept on MinIO", () => {
  let store: Minio;
  let bucket: Bucket;

  beforeAll(async () => {
    store = await startMinio();
    const owner = sdk(store);
    for (const name of ["public", "private"]) {
      await owner.createBucket({ Bucket: `remote-storage-${name}` });
    }
    owner.destroy();
    bucket = openS3(s3Config(store), context).bucket("remote-storage-private");
  });
  afterAll(() => store.stop());

  const listed = async (start: string) =>
    (await bucket.list({ prefix: `jupyter/${start}` })).objects;
  const stored = (name: string) => readText(bucket, parseKey(`jupyter/${name}`)).catch(String);

  /** Starts Jupyter under the command, in the place's folder `notebooks`. */
  async function startJupyter(place: Place) {
    const origin = `http://127.0.0.1:${await freePort()}`;
    const jupyter = [
      findBinary("jupyter-notebook"),
      "--no-browser",
      "--allow-root",
      "--ip=127.0.0.1",
      `--port=${new URL(origin).port}`,
      "--port-retries=0",
      `--NotebookApp.token=${TOKEN}`,
      "--NotebookApp.password=",
    ];
    const child = place.start(
      ["jupyter", "--dir", "notebooks", "--interval", "1s", "--", ...jupyter],
      {
        STORAGE_PROVIDER: "minio",
        STORAGE_ENDPOINT: store.endpoint,
        STORAGE_REGION: "us-east-1",
        STORAGE_ACCESS_KEY: store.accessKey,
        STORAGE_SECRET_KEY: store.secretKey,
        STORAGE_JUPYTER_SYNC: "true",
        JUPYTER_DOWNLOAD_FILES_BEFORE_START: "true",
      },
    );
    let said = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (bytes: Buffer) => (said += bytes.toString()));
    }
    const children = () => childrenOf(child);
    onTestFinished(async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGTERM");
      await once(child, "close");
    });
    const call = async (method: string, path: string, body?: unknown): Promise<Response> =>
      fetch(`${origin}/api/contents/${path}`, {
        method,
        headers: { authorization: `token ${TOKEN}`, "content-type": "application/json" },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
    const isUp = async () => (await call("GET", "").catch(() => undefined))?.status;
    await expect.poll(isUp, PATIENCE).toBe(200);
    return {
      child,
      children,
      said: () => said,
      async save(name: string, source: string) {
        expect((await call("PUT", name, notebook(source))).ok).toBe(true);
      },
      async open(name: string): Promise<string> {
        const answer = (await (await call("GET", name)).json()) as ReturnType<typeof notebook>;
        return answer.content.cells.map((cell) => cell.source).join("\n");
      },
      rename: (name: string, path: string) => call("PATCH", name, { path }),
      remove: (name: string) => call("DELETE", name),
    };
  }

  test("what is edited outlives a storage that was away, and the machine", async () => {
    const lost = await openPlace();
    const first = await startJupyter(lost);
    await first.save("plot.ipynb", "print('first')");
    await expect.poll(() => stored("plot.ipynb"), PATIENCE).toContain("print('first')");

    await store.leave();
    await first.save("plot.ipynb", "print('while it was away')");
    await first.save("new.ipynb", "print('new')");
    await expect.poll(first.said, PATIENCE).toMatch(/cannot be reached.*tried again/);
    await store.comeBack();
    await expect.poll(() => stored("plot.ipynb"), PATIENCE).toContain("while it was away");
    await expect.poll(() => stored("new.ipynb"), PATIENCE).toContain("print('new')");
    const file = join(lost.folder, "notebooks/plot.ipynb");
    expect(await stored("plot.ipynb")).toBe(await readFile(file, "utf8"));

    const data = randomBytes(20 * 1024 ** 2);
    await writeFile(join(lost.folder, "notebooks/data.bin"), data);
    await expect
      .poll(async () => (await listed("data.bin"))[0]?.size, PATIENCE)
      .toBe(20 * 1024 ** 2);

    const orphans = first.children();
    expect(orphans).toHaveLength(1);
    const ended = once(first.child, "close");
    first.child.kill("SIGKILL");
    for (const pid of orphans) process.kill(pid, "SIGKILL");
    await ended;
    await rm(lost.folder, { recursive: true });

    const elsewhere = await openPlace();
    const second = await startJupyter(elsewhere);
    expect(await second.open("plot.ipynb")).toBe("print('while it was away')");
    expect(await second.open("new.ipynb")).toBe("print('new')");

    const fetched = await readFile(join(elsewhere.folder, "notebooks/data.bin"));
    expect(fetched.equals(data)).toBe(true);

    await second.save("last.ipynb", "print('last')");
    const [running] = second.children();
    second.child.kill("SIGTERM");
    expect(await once(second.child, "close")).toEqual([143, null]);
    expect(() => process.kill(running ?? 0, 0)).toThrow("ESRCH");
    expect(await stored("last.ipynb")).toContain("print('last')");
  }, 180_000);

  test("two that edit one notebook keep both versions; what is renamed and removed follows", async () => {
    const [here, there] = [
      await startJupyter(await openPlace()),
      await startJupyter(await openPlace()),
    ];
    await here.save("shared.ipynb", "print('here')");
    await expect.poll(() => stored("shared.ipynb"), PATIENCE).toContain("print('here')");
    await there.save("shared.ipynb", "print('there')");
    await expect.poll(() => stored("shared.ipynb"), PATIENCE).toContain("print('there')");
    const copies = () => listed("shared (from storage");
    await expect.poll(async () => (await copies()).length, PATIENCE).toBe(1);
    const [copy] = await copies();
    expect(await stored((copy?.key ?? "").slice("jupyter/".length))).toContain("print('here')");

    for (const name of ["old", "gone"]) await here.save(`${name}.ipynb`, `print('${name}')`);
    await expect.poll(() => stored("old.ipynb"), PATIENCE).toContain("print('old')");
    await expect.poll(() => stored("gone.ipynb"), PATIENCE).toContain("print('gone')");
    await here.rename("old.ipynb", "renamed.ipynb");
    await here.remove("gone.ipynb");
    await expect.poll(() => stored("renamed.ipynb"), PATIENCE).toContain("print('old')");
    await expect.poll(() => stored("old.ipynb"), PATIENCE).toContain("no such object");
    await expect.poll(() => stored("gone.ipynb"), PATIENCE).toContain("no such object");
    expect((await listed("")).filter(({ key }) => key.includes("checkpoint"))).toEqual([]);
  }, 180_000);
});

function childrenOf({ pid }: ChildProcess): readonly number[] {
  const { stdout } = spawnSync("ps", ["-o", "pid=", "--ppid", String(pid)], { encoding: "utf8" });
  return stdout.trim().split(/\s+/).filter(Boolean).map(Number);
}
