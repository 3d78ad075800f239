import { realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { findBinary } from "../servers/binary.ts";
import { answers, freePort, run, type Running, start } from "../servers/process.ts";

/** A stand-in for AWS whose CloudFormation makes what it knows and leaves out the rest. */
export interface Moto {
  readonly url: string;
  readonly running: Running;
  readonly isKnown: (type: string) => boolean;
  /** Runs Python with boto3 and moto at hand. */
  python(script: string, ...args: readonly string[]): string;
}

const LIST_TYPES = `
import json, moto.cloudformation.parsing as parsing
print(json.dumps(sorted(parsing.get_model_map())))
`;

/** moto makes a change set's resources without a look at `DependsOn`, and this one needs others first. */
const OUT_OF_ORDER = "AWS::ApiGateway::Deployment";

export async function startMoto(): Promise<Moto> {
  const server = findBinary("moto_server");
  const python = join(dirname(realpathSync(server)), "python3");
  const known = new Set(JSON.parse(run(python, ["-c", LIST_TYPES])) as string[]);
  const port = await freePort();
  const running = start(server, ["-H", "127.0.0.1", "-p", String(port)]);
  const url = `http://127.0.0.1:${port}`;
  await answers(url, running);
  return {
    url,
    running,
    isKnown: (type) => type !== OUT_OF_ORDER && known.has(type),
    python: (script, ...args) =>
      run(python, [script, ...args], { ...ENVIRONMENT, AWS_ENDPOINT_URL: url }),
  };
}

/** No account: moto takes any keys for those of this one. */
export const ACCOUNT = "123456789012";
export const REGION = "eu-central-1";

export const ENVIRONMENT: Readonly<Record<string, string>> = {
  AWS_ACCESS_KEY_ID: "rehearsal",
  AWS_SECRET_ACCESS_KEY: "rehearsal",
  AWS_REGION: REGION,
  AWS_DEFAULT_REGION: REGION,
  AWS_EC2_METADATA_DISABLED: "true",
  CDK_DISABLE_CLI_TELEMETRY: "true",
};
