import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { findBinary } from "../binary.ts";
import { answers, freePort, start } from "../process.ts";
import { listen } from "../../support/listen.ts";
import type { Outcome } from "../../support/lambda/runtime-api.ts";
import {
  ACCOUNT,
  createAws,
  type Interpreter,
  openStepFunctions,
  REGION,
} from "./step-functions.ts";

/** MiniStack's Step Functions, with an S3 of its own, which knows how many failures are tolerated. */
export interface Ministack extends Interpreter {
  /** Writes an object; its bucket is made. */
  put(bucket: string, key: string, text: string): Promise<void>;
}

/** The function runs elsewhere. */
const EMPTY_ZIP = Buffer.from("PK\u0005\u0006".padEnd(22, "\0")).toString("base64");

/** @param invoke what the function `worker` does. */
export async function startMinistack(
  invoke: (event: unknown) => Promise<Outcome>,
): Promise<Ministack> {
  const worker = await listen((request, response) => {
    json(request)
      .then(invoke)
      .then(({ kind, body }) => response.writeHead(kind === "error" ? 500 : 200).end(body))
      .catch((error: unknown) => response.destroy(error as Error));
  });
  const folder = await mkdtemp(join(tmpdir(), "ministack-"));
  const port = String(await freePort());
  const running = start(findBinary("ministack"), [], {
    BIND_HOST: "127.0.0.1",
    GATEWAY_PORT: port,
    MINISTACK_REGION: REGION,
    TMPDIR: folder,
  });
  const url = `http://127.0.0.1:${port}`;
  await answers(`${url}/_ministack/health`, running);

  const aws = createAws();
  async function send(method: string, path: string, service: string, body?: string): Promise<void> {
    const init = { method, aws: { service }, ...(body !== undefined && { body }) };
    const response = await aws.fetch(url + path, init);
    if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
  }
  const definition = {
    FunctionName: "worker",
    Runtime: "nodejs24.x",
    Handler: "main.handler",
    Role: `arn:aws:iam::${ACCOUNT}:role/worker`,
    Timeout: 900,
    Code: { ZipFile: EMPTY_ZIP },
    Environment: { Variables: { MINISTACK_LAMBDA_PROXY_URL: worker.url } },
  };
  await send("POST", "/2015-03-31/functions", "lambda", JSON.stringify(definition));
  return {
    ...openStepFunctions(url),
    async put(bucket, key, text) {
      await send("PUT", `/${bucket}`, "s3");
      await send("PUT", `/${bucket}/${key}`, "s3", text);
    },
    async stop() {
      await running.stop();
      await worker.close();
      await rm(folder, { recursive: true });
    },
  };
}
