import { afterAll } from "vitest";
import { type Deployment, deploy } from "../support/azure-functions/deployment.ts";
import { ENTRIES, openFunctionAppHost } from "./azure-host.ts";
import { describeHost } from "./suite.ts";

let deployment: Deployment | undefined;
afterAll(() => deployment?.remove());

describeHost(
  "a Function App, streaming,",
  async () => {
    deployment = await deploy();
    return openFunctionAppHost(deployment, ENTRIES.streamed);
  },
  // What Azure Blob does in its own ways: test/azure/signed.test.ts.
  { without: ["signed URLs", "its own store"] },
);
