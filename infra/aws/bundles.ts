import { copyFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { FileSystem } from "aws-cdk-lib";
import { Code } from "aws-cdk-lib/aws-lambda";
import type { Bundles } from "./functions.ts";

/**
 * The functions as `npm run build` left them in `folder`, and the access file alone in a folder, which
 * becomes a layer: a change of it is a deployment of a few seconds.
 *
 * @throws Error when something is not there.
 */
export function readBundles(folder: string, accessFile: string | undefined): Bundles {
  return {
    code: (name) => {
      const path = join(folder, name);
      if (!existsSync(path)) throw new Error(`${path} is missing; \`npm run build\` makes it`);
      return Code.fromAsset(path);
    },
    ...(accessFile !== undefined && { access: toLayer(accessFile) }),
  };
}

function toLayer(accessFile: string): Code {
  const folder = FileSystem.mkdtemp("remote-storage-access-");
  copyFileSync(accessFile, join(folder, "access.yml"));
  return Code.fromAsset(folder);
}
