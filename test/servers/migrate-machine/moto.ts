import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findBinary } from "../binary.ts";
import { answers, start } from "../process.ts";
import { type Interpreter, openStepFunctions } from "./step-functions.ts";

/**
 * moto's Step Functions, whose interpreter is LocalStack's. Failures of batches it counts and tolerates all.
 *
 * @param port where moto listens.
 * @param cloud the port of what its state machines call: S3, Lambda, and Step Functions again.
 */
export async function startMoto(port: number, cloud: number): Promise<Interpreter> {
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
  return {
    ...openStepFunctions(url),
    async stop() {
      await running.stop();
      await rm(folder, { recursive: true });
    },
  };
}
