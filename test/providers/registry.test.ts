import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { ProviderConfig } from "@remote-storage/core/storage/provider-config.ts";
import { expect, test } from "vitest";
import { openProvider } from "../../functions/providers/registry.ts";

const keys = { type: "keys", accessKey: "access", secretKey: "c2VjcmV0" } as const;
const origin = "https://store.example";
const endpoint = { protocol: "https:", hostname: "store.example", origin } as const;

const configs: readonly ProviderConfig[] = [
  {
    kind: "http",
    dataPath: join(tmpdir(), "never-made"),
    keys,
    region: "us-east-1",
    publicOrigin: () => origin,
  },
  { kind: "minio", endpoint, region: "us-east-1", credentials: keys },
  { kind: "azure", endpoint, basePath: "", account: "account", credentials: keys },
  { kind: "google", credentials: keys },
  { kind: "google", credentials: { type: "ambient" } },
];

const context = { now: () => new Date(), policy: { maxExpires: 60, window: 0 }, fetch };

test.each(configs)("opens $kind", async (config) => {
  const provider = await openProvider(config, context);
  expect(provider.kind).toBe(config.kind);
  expect(provider.bucket("bucket").name).toBe("bucket");
});

test("loads no provider before it is asked for one", () => {
  const registry = resolve(import.meta.dirname, "../../functions/providers/registry.ts");
  const script = `
    import { registerHooks } from "node:module";
    const loaded = [];
    registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
    await import(${JSON.stringify(registry)});
    console.log(loaded.length);
  `;
  const flags = ["--input-type=module", "--eval", script];
  expect(execFileSync(process.execPath, flags, { encoding: "utf8" }).trim()).toBe("1");
});
