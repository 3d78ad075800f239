import { registerHooks } from "node:module";

const client = new URL("rapid-client.ts", import.meta.url).href;

/** Puts `rapid-client.ts` in the place of the compiled part of AWS's runtime client. */
registerHooks({
  resolve: (specifier, context, next) =>
    specifier.endsWith("/rapid-client.node")
      ? { url: client, shortCircuit: true }
      : next(specifier, context),
});
