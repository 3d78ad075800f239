import { join } from "node:path";
import { createRawSend } from "../providers/conformance/raw-send.ts";
import type { Deployment } from "../support/azure-functions/deployment.ts";
import { startFunctionApp } from "../support/azure-functions/function-app.ts";
import { toSent } from "../support/lambda/sent.ts";
import type { Host } from "./host.ts";

/** How the app is run: as it stands, or with requests and answers in one piece. */
export const ENTRIES = {
  streamed: join(import.meta.dirname, "../../functions/azure/main.ts"),
  buffered: join(import.meta.dirname, "../support/azure-functions/buffered.ts"),
} as const;

/** A Function App; what was signed goes to the store itself. */
export async function openFunctionAppHost(
  { store, env }: Deployment,
  entry: string,
): Promise<Host> {
  const app = await startFunctionApp(entry, env);
  const send = createRawSend(store.certificate);
  const { origin } = store.endpoint;
  return {
    origin,
    store: "azure",
    async request(method, target, headers, body) {
      const sent = await toSent(method, target, headers, body);
      const base = target.startsWith(`${store.basePath}/`) ? origin : app.url;
      const answer = await send(method, base + target, sent.headers, sent.body);
      return { ...answer, body: Buffer.from(answer.body) };
    },
    close: () => app.stop(),
  };
}
