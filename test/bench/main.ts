/**
 * `npm run bench`: what the bars of the README's "Speed" section are measured with. Each bench prints
 * a table of ratios against its peers, all in one run on one machine.
 *
 * `node test/bench/main.ts [name…] [--full]`: only these benches; with the long cases too.
 */
import { availableParallelism, cpus } from "node:os";
import { parseArgs } from "node:util";

/** One file a bench, loaded when it runs: peers are heavy. */
const BENCHES: Readonly<Record<string, () => Promise<(full: boolean) => Promise<void>>>> = {
  presign: async () => (await import("./presign.ts")).benchPresign,
  resolve: async () => (await import("./resolve.ts")).benchResolve,
  sets: async () => (await import("./sets.ts")).benchSets,
  cached: async () => (await import("./cached.ts")).benchCached,
  "cache-start": async () => (await import("./cache-start.ts")).benchCacheStart,
  previews: async () => (await import("./previews.ts")).benchPreviews,
  migrate: async () => (await import("./migrate.ts")).benchMigrate,
  start: async () => (await import("./start.ts")).benchStart,
  lambda: async () => (await import("./lambda.ts")).benchLambda,
  azure: async () => (await import("./azure.ts")).benchAzure,
};

const { values, positionals } = parseArgs({
  options: { full: { type: "boolean", default: false } },
  allowPositionals: true,
});
const unknown = positionals.filter((name) => !(name in BENCHES));
if (unknown.length > 0) {
  console.error(
    `no such bench: ${unknown.join(", ")}; there are ${Object.keys(BENCHES).join(", ")}`,
  );
  process.exit(2);
}

console.log(
  `node ${process.version}, ${availableParallelism()} × ${cpus()[0]?.model ?? "unknown"}`,
);
for (const [name, load] of Object.entries(BENCHES)) {
  if (positionals.length === 0 || positionals.includes(name)) await (await load())(values.full);
}
