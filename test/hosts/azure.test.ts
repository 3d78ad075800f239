import { afterAll, beforeAll } from "vitest";
import { type Deployment, deploy } from "../support/azure-functions/deployment.ts";
import { ENTRIES, openFunctionAppHost } from "./azure-host.ts";
import { describeHost } from "./suite.ts";

let deployment: Deployment | undefined;
beforeAll(async () => {
  deployment = await deploy();
});
afterAll(() => deployment?.remove());

function deployed(): Deployment {
  if (deployment === undefined) throw new Error("nothing is deployed yet");
  return deployment;
}

/** What Azure Blob does in its own ways: azure-signed.test.ts. */
const OTHERWISE = ["signed URLs", "its own store"] as const;

describeHost(
  "a Function App, streaming,",
  () => openFunctionAppHost(deployed(), ENTRIES.streamed),
  { without: OTHERWISE },
);
