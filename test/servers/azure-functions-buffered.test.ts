import { afterAll } from "vitest";
import { ENTRIES, openFunctionAppHost } from "../hosts/azure-host.ts";
import { describeHost } from "../hosts/suite.ts";
import { type Deployment, deploy } from "../support/azure-functions/deployment.ts";

let deployment: Deployment | undefined;
afterAll(() => deployment?.remove());

describeHost(
  "a Function App, in one piece,",
  async () => {
    deployment = await deploy();
    return openFunctionAppHost(deployment, ENTRIES.buffered);
  },
  // What Azure Blob does in its own ways.
  { without: ["signed URLs", "its own store"] },
);
