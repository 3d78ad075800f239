import { createLinkChecker } from "@remote-storage/core/links/check-link.ts";
import type { Settings } from "@remote-storage/core/settings/settings.ts";
import { openGuardedFetch } from "../../../guarded-fetch/open-guarded-fetch.ts";
import { checkLinkSets } from "../../../migration/cut-over/check-link-sets.ts";
import {
  describeChanges,
  describeFinding,
  describeLinkSets,
} from "../../../migration/cut-over/describe-cut-over.ts";
import { changedLines, settingsLines } from "../../../migration/cut-over/settings-lines.ts";
import { openConfig } from "../../../storage.ts";
import { ownConfig } from "../../own-config.ts";
import { CommandFailure, EXIT } from "../command.ts";
import type { Work } from "./migrate.ts";

/**
 * After the local storage was migrated whole: which settings to change, and whether every link set resolves
 * with them.
 *
 * @throws CommandFailure when a link no longer does.
 */
export async function tellCutOver({ storage, context, flags, output, say }: Work): Promise<void> {
  const { settings, config, resolver, buckets } = storage;
  const prefix = settings.buckets.private.slice(0, -"-private".length);
  const changes = changedLines(
    settingsLines(LOCAL, prefix),
    settingsLines(settings.storage, prefix),
  );
  say(describeChanges(changes).trimEnd());

  const world = { now: () => new Date(), fetch };
  const before = await openConfig(
    { ...config, own: ownConfig({ ...settings, storage: LOCAL }) },
    world,
  );
  const fetchPublic = openGuardedFetch(settings.linkFetch);
  const { signal, stderr } = context;
  const links = await checkLinkSets({
    before: { resolver: before.resolver, private: before.buckets.private },
    after: { resolver, private: buckets.private },
    check: createLinkChecker({ resolver, fetchPublic })(signal),
    deliver: (finding) => stderr.write(describeFinding(finding)),
    signal,
  });
  say(describeLinkSets(links).trimEnd());
  if (flags.json === true) {
    await output.write(`${JSON.stringify({ cutOver: { settings: changes, links } })}\n`);
  }
  if (links.broken === 0) return;
  throw new CommandFailure(
    EXIT.someFailed,
    `${links.broken} links of link sets do not resolve with the new settings: see above`,
  );
}

/** As the local storage was used until now. Nothing is signed with these keys. */
const LOCAL: Settings["storage"] = {
  kind: "http",
  region: "us-east-1",
  keys: { type: "keys", accessKey: "none", secretKey: "none" },
};
