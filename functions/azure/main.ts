import { registerFunctions } from "./register.ts";

registerFunctions({
  env: process.env,
  write: (line) => process.stdout.write(line),
  now: () => new Date(),
  fetch,
});
