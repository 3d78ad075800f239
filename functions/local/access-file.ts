import { readFile } from "node:fs/promises";
import type { AccessRules } from "@remote-storage/core/access/access-rules.ts";
import type { Health } from "@remote-storage/core/health.ts";
import type { ProviderSummary } from "@remote-storage/core/links/link.ts";
import type { Log } from "@remote-storage/core/log.ts";
import type { Settings } from "@remote-storage/core/settings/settings.ts";
import { openAccess } from "../access.ts";
import { unusablePath } from "./unusable-path.ts";

/**
 * The rules of `ACCESS_FILE`, which follow it; `undefined` when none is named.
 *
 * @throws SettingsError when it cannot be read, AccessFileError with every mistake in it.
 */
export async function openAccessFile(
  { accessFile }: Settings,
  providers: readonly ProviderSummary[],
  world: { readonly now: () => Date; readonly log: Log; readonly health: Health },
): Promise<(() => Promise<AccessRules>) | undefined> {
  if (accessFile === undefined) return undefined;
  const names = providers.map(({ name }) => name);
  try {
    return await openAccess(() => readFile(accessFile, "utf8"), names, world);
  } catch (error) {
    throw unusablePath("ACCESS_FILE", accessFile, "a file that can be read", error);
  }
}
