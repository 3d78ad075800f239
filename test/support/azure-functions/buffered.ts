import { registerFunctions } from "../../../functions/azure/register.ts";

/** The entry of the app, but for how requests and answers travel. */
registerFunctions(
  {
    env: process.env,
    write: (line) => process.stdout.write(line),
    now: () => new Date(),
    fetch,
  },
  { stream: false },
);
