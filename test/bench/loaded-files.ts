import { writeSync } from "node:fs";
import { registerHooks } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";

const folder = pathToFileURL(process.env["LAMBDA_TASK_ROOT"] ?? "").href;

/** Says of every file of the function's code that it is loaded. */
registerHooks({
  load(url, context, next) {
    if (url.startsWith(folder)) writeSync(2, `loaded ${fileURLToPath(url)}\n`);
    return next(url, context);
  },
});
