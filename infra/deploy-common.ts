import type { Setting, SettingWithDefault } from "@remote-storage/core/settings/setting.ts";
import { parsePairs } from "./deploy-values.ts";

const parseTags = (written: string): Readonly<Record<string, string>> | undefined => {
  const tags = parsePairs(/^([^=]{1,128}?)\s*=\s*(.{0,256})$/)(written);
  return tags && Object.fromEntries(tags);
};

/** What a deployment needs to know whatever cloud it goes to. */
export const COMMON = {
  name: {
    name: "DEPLOY_NAME",
    parse: (written) => (/^[a-z][a-z0-9-]{0,29}$/.test(written) ? written : undefined),
    expected: "up to 30 small letters, digits and `-`, a letter first",
    default: "remote-storage",
    about:
      "What everything is called by: the stacks `<name>-storage`, `<name>-access` and `<name>-migration` and the secrets `<name>/…` on AWS, the resources on Azure",
  } satisfies SettingWithDefault<string>,
  tags: {
    name: "DEPLOY_TAGS",
    parse: parseTags,
    expected: "key=value,…",
    about: "Tags of everything",
  } satisfies Setting<Readonly<Record<string, string>>>,
};
