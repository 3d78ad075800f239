import { afterAll, beforeAll } from "vitest";
import { ROUTES as OBJECT_ROUTES } from "../../functions/aws/objects/routes.ts";
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

/** What another function serves, and what the store under test does in its own way. */
const ELSEWHERE = [
  "content",
  "caches",
  "pictures",
  "signed URLs of its own",
  "its own store",
] as const;

for (const handler of ["handler", "buffered"] as const) {
  const how = handler === "handler" ? "streaming" : "in one piece";
  describeHost(
    `the bundle in the real runtime client, behind its URL, ${how},`,
    () => openFunctionHost(deployed(), handler, toIamEvent),
    { without: ["cors", ...ELSEWHERE], routes: OBJECT_ROUTES },
  );
  describeHost(
    `the bundle in the real runtime client, behind a REST API, ${how},`,
    () => openFunctionHost(deployed(), handler, toRestApiEvent),
    { without: ["raw queries", ...ELSEWHERE], routes: OBJECT_ROUTES },
  );
}
