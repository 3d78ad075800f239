import { randomUUID } from "node:crypto";
import { AwsClient } from "aws4fetch";
import { vi } from "vitest";

/** What the tests call of the API of Step Functions. */
export interface StepFunctions {
  /** Makes a state machine and gives its ARN; throws with what is wrong with its definition. */
  create(definition: object): Promise<string>;
  /** Makes a state machine and runs it to its end. */
  run(definition: object, input: object): Promise<Execution>;
  readonly describeMapRun: (mapRunArn: string) => Promise<object>;
  /** The ARNs of an execution's map runs. */
  listMapRuns(executionArn: string): Promise<readonly string[]>;
}

/** An interpreter of Amazon States Language in a process of its own. */
export interface Interpreter extends StepFunctions {
  stop(): Promise<void>;
}

export interface Execution {
  readonly executionArn: string;
  readonly status: string;
  readonly output?: string | null;
  readonly error?: string | null;
  readonly cause?: string | null;
}

/** Whose requests moto and MiniStack believe to be this account's. */
export const ACCOUNT = "123456789012";
export const REGION = "us-east-1";
/** Milliseconds. */
const PATIENCE = { timeout: 60_000, interval: 50 };

export function createAws(): AwsClient {
  return new AwsClient({
    accessKeyId: ACCOUNT,
    secretAccessKey: "secret",
    region: REGION,
    retries: 0,
  });
}

/** @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_Operations.html */
export function openStepFunctions(url: string): StepFunctions {
  const aws = createAws();
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
    const roleArn = `arn:aws:iam::${ACCOUNT}:role/machine`;
    const machine = { name: randomUUID(), definition: JSON.stringify(definition), roleArn };
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
        const told = await call<Execution>("DescribeExecution", { executionArn });
        // moto tells how it has ended a moment before with what.
        if ((told.output ?? told.cause ?? null) === null) throw new Error("it has not ended");
        return told;
      }, PATIENCE);
    },
    describeMapRun: (mapRunArn) => call("DescribeMapRun", { mapRunArn }),
    async listMapRuns(executionArn) {
      const { mapRuns } = await call<{ mapRuns: { mapRunArn: string }[] }>("ListMapRuns", {
        executionArn,
      });
      return mapRuns.map(({ mapRunArn }) => mapRunArn);
    },
  };
}
