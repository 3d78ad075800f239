/**
 * Runs a Function App as Azure's host and worker do between them, as far as that can be seen from outside:
 * `node host.ts <entry>`. Says where it listens through the channel to its parent, who may ask for timers.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { pathToFileURL } from "node:url";
import { provideCore } from "./core-module.ts";
import { createFront } from "./front.ts";
import { invoke, type Line } from "./worker.ts";

const tell = (line: Line) => void process.stdout.write(`${JSON.stringify(line)}\n`);
const core = provideCore((level, category, message) => tell({ level, category, message }));
const [, , entry = ""] = process.argv;
await import(pathToFileURL(entry).href);
const { HttpUri } = await core.model().getCapabilities({ RpcHttpBodyOnly: "true" });
await core.run("appStart", { hookData: {}, appHookData: {} });

const front = createFront(core, HttpUri, tell);
const server = createServer((incoming, outgoing) => {
  front(incoming, outgoing).catch((error: unknown) => {
    tell({ level: "error", category: "host", message: String(error) });
    // Once the head is out, the host leaves the connection to the proxy's end.
    if (!outgoing.headersSent) outgoing.writeHead(500).end();
  });
});
server.listen(0, "127.0.0.1", () =>
  process.send?.({ port: (server.address() as AddressInfo).port }),
);

async function trigger(name: string): Promise<void> {
  const registered = core.functions.find((each) => each.name === name);
  if (registered === undefined) throw new Error(`there is no function ${name}`);
  const [binding = ""] = Object.keys(registered.bindings);
  const data = { json: JSON.stringify({ IsPastDue: false, Schedule: {}, ScheduleStatus: {} }) };
  const error = await invoke(core, registered, { binding, data, metadata: {} }, tell).then(
    () => undefined,
    (thrown: unknown) => String(thrown),
  );
  process.send?.({ name, error });
}
process.on("message", (name: string) => void trigger(name));
process.on("SIGTERM", () => {
  void core.run("appTerminate", { hookData: {}, appHookData: {} }).finally(() => process.exit());
});
process.on("disconnect", () => process.exit());
