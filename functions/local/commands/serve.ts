import type { Command } from "commander";
import type { CommandContext } from "./command.ts";

const HELP = `
Listens on HOST:PORT (127.0.0.1:8080) until SIGINT or SIGTERM, then finishes the requests it has.
The first start with the local disk makes an API token and storage keys, keeps them in DATA_PATH
and prints the token.

Examples:
  remote-storage serve
  PORT=9000 DATA_PATH=/srv/data remote-storage serve
  STORAGE_PROVIDER=minio STORAGE_ENDPOINT=http://localhost:9000 remote-storage serve`;

export function serveCommand(command: Command, context: CommandContext): void {
  command
    .description("Serve objects, signed access and links over HTTP.")
    .addHelpText("after", HELP)
    .action(async () => {
      const { serve } = await import("../serve.ts");
      // How log rotation asks for AUDIT_FILE to be opened again, which the next line does by itself.
      if (context.env["AUDIT_FILE"]) context.onHangup?.(() => undefined);
      const server = await serve(context.env, context);
      await stopped(context.signal);
      await server.close();
    });
}

function stopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
