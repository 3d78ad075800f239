import { afterAll, beforeAll } from "vitest";
import { describeHost } from "../hosts/suite.ts";
import { toRestApiEvent } from "../support/lambda/gateways.ts";
import { deploy, type Deployment } from "./lambda/deployment.ts";
import { openFunctionHost, toIamEvent } from "./lambda/function-host.ts";

let deployment: Deployment | undefined;
beforeAll(async () => {
  deployment = await deploy();
});
afterAll(() => deployment?.remove());

function deployed(): Deployment {
  if (deployment === undefined) throw new Error("nothing is deployed yet");
  return deployment;
}

for (const handler of ["handler", "buffered"] as const) {
  const how = handler === "handler" ? "streaming" : "in one piece";
  describeHost(
    `the bundles in the real runtime client, behind their URLs, ${how},`,
    () => openFunctionHost(deployed(), handler, toIamEvent),
    // The store under test is not the service's own.
    { without: ["cors", "its own store"] },
  );
  describeHost(
    `the bundles in the real runtime client, behind a REST API, ${how},`,
    () => openFunctionHost(deployed(), handler, toRestApiEvent),
    { without: ["raw queries", "its own store"] },
  );
}
