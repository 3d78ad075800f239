import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { main } from "../command.ts";

/** What is copied where. */
export interface Task {
  readonly folder: string;
  readonly endpoint: string;
  readonly accessKey: string;
  readonly secretKey: string;
  readonly bucket: string;
  /** For what a tool has to write: configuration, journals. */
  readonly scratch: string;
  /** Large files rather than many. */
  readonly large: boolean;
}

/** A program that copies a folder into a bucket. */
export interface Tool {
  readonly name: string;
  readonly program: string;
  readonly args: (task: Task) => readonly string[];
  readonly env: (task: Task) => Readonly<Record<string, string>>;
}

const peers = join(
  process.env["TEST_SERVERS_DIR"] ?? join(homedir(), ".cache", "remote-storage-test"),
  "peers",
);

const ours: Tool = {
  name: "remote-storage",
  program: process.execPath,
  args: ({ folder, bucket, scratch }) => [
    main,
    "migrate",
    `--from=${folder}`,
    `--to=bench://${bucket}/`,
    `--journal=${join(scratch, "journal")}`,
  ],
  env: ({ scratch }) => ({
    HOME: scratch,
    DATA_PATH: scratch,
    REMOTE_LINKS_FILE: join(scratch, "remote_links.yml"),
  }),
};

const rclone = (name: string, tuned: (task: Task) => readonly string[]): Tool => ({
  name,
  program: join(peers, "rclone"),
  args: (task) => ["copy", task.folder, `bench:${task.bucket}`, "--config", "", ...tuned(task)],
  env: ({ endpoint, accessKey, secretKey, scratch }) => ({
    HOME: scratch,
    RCLONE_CONFIG_BENCH_TYPE: "s3",
    RCLONE_CONFIG_BENCH_PROVIDER: "Minio",
    RCLONE_CONFIG_BENCH_ENDPOINT: endpoint,
    RCLONE_CONFIG_BENCH_ACCESS_KEY_ID: accessKey,
    RCLONE_CONFIG_BENCH_SECRET_ACCESS_KEY: secretKey,
    RCLONE_CONFIG_BENCH_NO_CHECK_BUCKET: "true",
  }),
});

/** Many requests at once and none but the uploads; of large files larger parts, more at a time. */
const tuned = ({ large }: Task): readonly string[] =>
  large
    ? [
        "--s3-chunk-size",
        "16M",
        "--s3-upload-concurrency",
        "8",
        "--transfers",
        "8",
        "--no-check-dest",
      ]
    : ["--transfers", "64", "--checkers", "64", "--s3-no-head", "--no-check-dest"];

const mc: Tool = {
  name: "mc",
  program: join(peers, "mc"),
  args: ({ folder, bucket, scratch }) => [
    `--config-dir=${join(scratch, "mc")}`,
    "--quiet",
    "cp",
    "--recursive",
    `${folder}/`,
    `bench/${bucket}/`,
  ],
  env: ({ endpoint, accessKey, secretKey, scratch }) => ({
    HOME: scratch,
    MC_HOST_bench: endpoint.replace("://", `://${accessKey}:${secretKey}@`),
  }),
};

const s5cmd: Tool = {
  name: "s5cmd",
  program: join(peers, "s5cmd"),
  args: ({ folder, bucket, endpoint }) => [
    `--endpoint-url=${endpoint}`,
    "--log=error",
    "cp",
    `${folder}/`,
    `s3://${bucket}/`,
  ],
  env: ({ accessKey, secretKey, scratch }) => ({
    HOME: scratch,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: accessKey,
    AWS_SECRET_ACCESS_KEY: secretKey,
  }),
};

export const TOOLS: readonly Tool[] = [
  ours,
  rclone("rclone", () => []),
  rclone("rclone, tuned", tuned),
  mc,
  s5cmd,
];

export function isThere({ program }: Tool): boolean {
  return existsSync(program);
}

/** What a peer calls itself. */
export function versionOf({ program }: Tool): string {
  const flag = program.endsWith("s5cmd") || program.endsWith("rclone") ? "version" : "--version";
  return execFileSync(program, [flag], { encoding: "utf8" }).split("\n")[0] ?? "";
}
