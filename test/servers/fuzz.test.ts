import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { findBinary } from "./binary.ts";
import { SECRETS, startService } from "./service.ts";

/** For each operation; `FUZZ_EXAMPLES=1000` for a full run. */
const EXAMPLES = process.env["FUZZ_EXAMPLES"] ?? "25";
const config = fileURLToPath(new URL("fuzz/schemathesis.toml", import.meta.url));

test(
  "requests made from the OpenAPI document find no 5xx, no answer beside the document, no ignored authentication",
  { timeout: 3_600_000 },
  async () => {
    const service = await startService({ LOG_LEVEL: "debug" });
    const args = ["run", `${service.url}/openapi.json`, "--continue-on-failure", "--no-color"];
    args.push("--max-examples", EXAMPLES, "--mode", "all");
    const child = spawn(
      findBinary("schemathesis"),
      ["--config-file", config, ...args, "-H", `Authorization: ${service.headers.authorization}`],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    const [report, [code]] = await Promise.all([
      text(child.stdout),
      once(child, "close") as Promise<[number]>,
    ]);
    await service.stop();
    console.log(report.slice(report.indexOf("=== SUMMARY")));
    if (code !== 0) console.log(report);
    expect(code).toBe(0);
    expect(service.said()).not.toMatch(/"level":(50|60)/);
    for (const secret of Object.values(SECRETS)) expect(service.said()).not.toContain(secret);
  },
);
