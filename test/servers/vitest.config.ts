import { defineConfig } from "vitest/config";

/** Tests against real servers, which `install.sh` installs. One file at a time: each starts its own. */
export default defineConfig({
  test: {
    include: ["test/servers/**/*.test.ts"],
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 180_000,
  },
});
