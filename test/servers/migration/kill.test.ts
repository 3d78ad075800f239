import { type ChildProcess } from "node:child_process";
import { randomBytes, randomInt } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import type { ReportRow } from "../../../functions/migration/report/report-row.ts";
import { openPlace } from "../../local/command.ts";
import { type Faulted, startFaultProxy } from "../../support/fault-proxy.ts";
import { findBinary } from "../binary.ts";
import { run } from "../process.ts";
import type { S3Server } from "../s3-server.ts";
import { openMinioStore } from "./stores.ts";

/** By hand: MIGRATION_FILES=100000 MIGRATION_KILLS=50 MIGRATION_LARGE=5. */
const {
  MIGRATION_FILES: files = "1500",
  MIGRATION_KILLS: kills = "5",
  MIGRATION_LARGE: large = "1",
} = process.env;
const [FILES, KILLS, LARGE] = [Number(files), Number(kills), Number(large)];

const MIB = 1024 * 1024;
const LARGE_SIZE = 50 * MIB + 1;
const PARTS = 4;
const CONCURRENCY = 32;
/** Parts that the engine has under way at most. */
const PARTS_UNDER_WAY = 16;
/** Far beyond what the full size takes. */
const PATIENCE = 3_600_000;

let minio: Awaited<ReturnType<typeof openMinioStore>>;

beforeAll(async () => {
  minio = await openMinioStore();
});

afterAll(() => minio.close());

/** Files of all small sizes in many folders, and before them in the listing some that go in parts. */
function writeSource(folder: string): void {
  const block = randomBytes(8192);
  for (let index = 0; index < FILES; index += 1) {
    const parent = join(folder, `batch-${index % 97}`, `${index % 3}`);
    if (index < 291) mkdirSync(parent, { recursive: true });
    block.writeUInt32BE(index);
    writeFileSync(join(parent, `é ${index}.bin`), block.subarray(0, index % 4097));
  }
  for (let index = 0; index < LARGE; index += 1) {
    writeFileSync(join(folder, `a-large-${index}`), randomBytes(LARGE_SIZE));
  }
}

/** Counts what is uploaded more than once, and says when to kill. */
function createWatch() {
  const sent = new Set<string>();
  let again = 0;
  let countdown = 0;
  let counted = /^/;
  let kill: (() => void) | undefined;
  return {
    again: () => again,
    /** Calls `work` at the last of so many requests, counted from now. */
    at(requests: number, among: RegExp, work: () => void): void {
      [countdown, counted, kill] = [requests, among, work];
    },
    see: ({ method, target }: Faulted): undefined => {
      if (method === "PUT") {
        const what = `${target.split("?")[0]} ${/partNumber=\d+/.exec(target)?.[0] ?? ""}`;
        if (sent.has(what)) again += 1;
        sent.add(what);
      }
      if (!counted.test(target)) return;
      countdown -= 1;
      if (countdown === 0) kill?.();
    },
  };
}

async function ended(child: ChildProcess): Promise<string> {
  let said = "";
  child.stdout?.resume();
  child.stderr?.on("data", (text: Buffer) => (said += text.toString()));
  const [code, signal] = (await once(child, "close")) as [number | null, string | null];
  return code === 0 || signal === "SIGKILL" ? (signal ?? "done") : said;
}

/** By a client that nobody here wrote, which reads every byte of both. */
function checkIndependently(source: string, server: S3Server): void {
  run(
    findBinary("rclone"),
    ["check", source, "t:killed", "--download", "--config", ""],
    {
      RCLONE_CONFIG_T_TYPE: "s3",
      RCLONE_CONFIG_T_PROVIDER: "Minio",
      RCLONE_CONFIG_T_ENDPOINT: server.endpoint,
      RCLONE_CONFIG_T_ACCESS_KEY_ID: server.accessKey,
      RCLONE_CONFIG_T_SECRET_ACCESS_KEY: server.secretKey,
      // Certificates that it does not need here, and gives up on.
      AWS_CA_BUNDLE: "",
    },
    PATIENCE,
  );
}

test(
  `${FILES} files, killed ${KILLS} times: the same tree, and little sent twice`,
  { timeout: PATIENCE },
  async () => {
    const place = await openPlace();
    const source = join(place.folder, "source");
    mkdirSync(source);
    writeSource(source);
    await minio.bucket("killed");
    const watch = createWatch();
    const proxy = await startFaultProxy(minio.server.endpoint, watch.see);
    onTestFinished(() => proxy.close());
    const { accessKey, secretKey } = minio.server;
    writeFileSync(
      join(place.folder, "remote_links.yml"),
      `target:
  provider: minio
  endpoint: ${proxy.url}
  region: us-east-1
  access_key: ${accessKey}
  secret_key: ${secretKey}
  buckets: [killed]
`,
    );
    const report = join(place.folder, "report.ndjson");
    const migrate = () =>
      place.start([
        "migrate",
        `--from=${source}`,
        "--to=target://killed/",
        `--concurrency=${CONCURRENCY}`,
        `--report=${report}`,
        "--quiet",
      ]);

    const each = (FILES + LARGE * PARTS) / (KILLS + 1);
    for (let index = 0; index < KILLS; index += 1) {
      const child = migrate();
      // The first ones while a part is on its way, the others wherever it happens to be.
      const [most, among] = index < LARGE ? [4, /partNumber=/] : [Math.ceil(each), /^/];
      watch.at(randomInt(1, most), among, () => child.kill("SIGKILL"));
      expect(await ended(child)).toBe("SIGKILL");
    }
    expect(await ended(migrate())).toBe("done");

    checkIndependently(source, minio.server);

    const rows = readFileSync(report, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as ReportRow & { summary?: { objects: number } });
    expect(rows.pop()?.summary?.objects).toBe(FILES + LARGE);
    const wrong = rows.filter(({ source: path, outcome, checksum }) => {
      // Killed after an upload in parts was joined and before that was noted: it is found there, by size and time.
      if (outcome === "equal" && checksum === undefined) return false;
      const sum = crc32(readFileSync(path)).toString(16).padStart(8, "0");
      return !["copied", "equal"].includes(outcome) || checksum !== `crc32:${sum}`;
    });
    expect(wrong).toEqual([]);

    console.log(
      `${watch.again()} of ${FILES + LARGE * PARTS} uploads were sent again by ${KILLS} kills`,
    );
    expect(watch.again()).toBeLessThanOrEqual(KILLS * (CONCURRENCY + PARTS_UNDER_WAY));
  },
);
