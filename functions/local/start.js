#!/usr/bin/env node
// Plain JavaScript: with a warm cache nothing is left to strip of its types, which takes 15 MB and 50 ms.
import { enableCompileCache } from "node:module";
import { join } from "node:path";

// In the installation's own folder: in the shared temporary one it could be another user's code.
// Threads find it in their environment.
process.env.NODE_COMPILE_CACHE ??= join(
  import.meta.dirname,
  "../../node_modules/.cache/remote-storage",
);
enableCompileCache(process.env.NODE_COMPILE_CACHE);
await import("./main.ts");
