import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AwsClient } from "aws4fetch";
import { vi } from "vitest";
import { findBinary } from "../binary.ts";
import { answers, start } from "../process.ts";

/** moto's Step Functions: the interpreter of Amazon States Language that LocalStack has, too. */
export interface StepFunctions {
  /** Makes a state machine and gives its ARN; throws with what is wrong with its definition. */
  create(definition: object): Promise<string>;
  /** Makes a state machine and runs it to its end. */
  run(definition: object, input: object): Promise<Execution>;
  /** What DescribeMapRun says. */
  describeMapRun(arn: string): Promise<MapRun>;
  stop(): Promise<void>;
}

export interface Execution {
  readonly status: "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED";
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
}

interface MapRun {
  readonly status: string;
  readonly maxConcurrency: number;
  readonly itemCounts: Readonly<Record<string, number>>;
}

export const REGION = "us-east-1";
const ROLE = "arn:aws:iam::123456789012:role/machine";
/** Milliseconds. */
const PATIENCE = { timeout: 60_000, interval: 50 };

/**
 * @param port where moto listens.
 * @param cloud the port of what its state machines call: S3, Lambda, and Step Functions again.
 */
export async function startStepFunctions(port: number, cloud: number): Promise<StepFunctions> {
  const folder = await mkdtemp(join(tmpdir(), "step-functions-"));
  const config = join(folder, "config");
  await writeFile(config, "[default]\ns3 =\n  addressing_style = path\n");
  const running = start(findBinary("moto_server"), ["-H", "127.0.0.1", "-p", String(port)], {
    MOTO_PORT: String(cloud),
    AWS_CONFIG_FILE: config,
    AWS_REQUEST_CHECKSUM_CALCULATION: "when_required",
  });
  const url = `http://127.0.0.1:${port}`;
  await answers(url, running);
  const settings = JSON.stringify({ stepfunctions: { execute_state_machine: true } });
  await fetch(`${url}/moto-api/config`, { method: "POST", body: settings });

  const aws = new AwsClient({
    accessKeyId: "me",
    secretAccessKey: "secret",
    region: REGION,
    retries: 0,
  });
  async function call<T>(action: string, body: object): Promise<T> {
    const response = await aws.fetch(url, {
      method: "POST",
      headers: {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": `AWSStepFunctions.${action}`,
      },
      body: JSON.stringify(body),
      aws: { service: "states" },
    });
    if (!response.ok) throw new Error(`${action}: ${await response.text()}`);
    return (await response.json()) as T;
  }
  async function create(definition: object): Promise<string> {
    const machine = { name: randomUUID(), definition: JSON.stringify(definition), roleArn: ROLE };
    const made = await call<{ stateMachineArn: string }>("CreateStateMachine", machine);
    return made.stateMachineArn;
  }
  return {
    create,
    async run(definition, input) {
      const stateMachineArn = await create(definition);
      const started = { stateMachineArn, name: randomUUID(), input: JSON.stringify(input) };
      const { executionArn } = await call<{ executionArn: string }>("StartExecution", started);
      return vi.waitFor(async () => {
        const told = await call<Execution | { status: "RUNNING" }>("DescribeExecution", {
          executionArn,
        });
        if (told.status === "RUNNING") throw new Error("the execution has not ended");
        return told;
      }, PATIENCE);
    },
    describeMapRun: (mapRunArn) => call("DescribeMapRun", { mapRunArn }),
    async stop() {
      await running.stop();
      await rm(folder, { recursive: true });
    },
  };
}
