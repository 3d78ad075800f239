import type { ResolvedLink } from "@remote-storage/core/links/link.ts";
import { parseKey } from "@remote-storage/core/storage/key.ts";
import { type Command, Option } from "commander";
import { CommandFailure, EXIT, type CommandContext } from "./command.ts";
import { expiresOption } from "./expires-option.ts";
import { openOutput } from "./output.ts";
import { type CommandStorage, openCommandStorage, ownBucket } from "./storage.ts";

const HELP = `
Prints the URL alone, so that it can be used in place. Headers that must be sent with it, if any,
and when it ends go to standard error; --json prints the whole request instead.
The object is not looked up. Whoever has the URL has the object until it ends.

Examples:
  remote-storage sign private/cats/a.jpg --expires 15m
  curl -T a.jpg "$(remote-storage sign private/cats/a.jpg --method PUT)"
  remote-storage sign my-car-datasets://cars_2020_20_10/1.jpg --download car.jpg
  remote-storage sign s3://my-bucket/big.tif --json`;

const METHODS = ["GET", "HEAD", "PUT", "DELETE"] as const;

interface SignFlags {
  readonly method: (typeof METHODS)[number];
  readonly expires?: number;
  readonly download?: string;
  readonly json?: boolean;
}

export function signCommand(command: Command, context: CommandContext): void {
  command
    .description("Sign one request that anyone may send until it expires.")
    .argument("<link or bucket/key>", "a link such as s3://bucket/key, or public/key, private/key")
    .addOption(
      new Option("-m, --method <method>", "what the request does").choices(METHODS).default("GET"),
    )
    .addOption(expiresOption())
    .option("-d, --download <name>", "GET: browsers save it under this name")
    .option("--json", "print method, URL, headers and end as one JSON object")
    .addHelpText("after", HELP)
    .action(async (what: string, { json, ...flags }: SignFlags) => {
      const storage = await openCommandStorage(context.env);
      const request = await sign(what, flags, storage);
      const output = await openOutput(undefined, context);
      if (json === true) {
        await output.write(`${JSON.stringify(request)}\n`);
        return;
      }
      for (const line of advice(request)) context.stderr.write(`${line}\n`);
      await output.write(`${request.url}\n`);
    });
}

type Signed = Pick<ResolvedLink, "method" | "url" | "headers" | "expiresAt" | "clampedBy">;

async function sign(
  what: string,
  flags: Omit<SignFlags, "json">,
  storage: CommandStorage,
): Promise<Signed> {
  const wish = { expires: storage.settings.signing.defaultExpires, ...flags };
  if (!what.includes("://")) {
    const { bucket, rest } = ownBucket(storage, what);
    return bucket.sign({ ...wish, key: parseKey(rest) });
  }
  const result = await storage.resolver.sign(what, storage.resolver.locate(what), wish);
  if (!("error" in result)) {
    const { link: _link, provider: _provider, ...request } = result;
    return request;
  }
  const { message, hint } = result.error;
  throw new CommandFailure(
    EXIT.someFailed,
    `cannot sign ${what}: ${message}${hint === undefined ? "" : ` (${hint})`}`,
  );
}

/** What the URL alone does not say. */
function advice({ headers, expiresAt, clampedBy }: Signed): readonly string[] {
  const lines = Object.entries(headers).map(
    ([name, value]) => `send the header  ${name}: ${value}`,
  );
  if (expiresAt === undefined) lines.push("a public link: it is not signed and does not expire");
  else if (clampedBy !== undefined) lines.push(`expires ${expiresAt}, shortened by: ${clampedBy}`);
  else lines.push(`expires ${expiresAt}`);
  return lines;
}
