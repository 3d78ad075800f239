import type { CorsRule } from "@remote-storage/core/storage/cors-rule.ts";
import { StorageError } from "@remote-storage/core/storage/errors.ts";
import { openCorsRules, sameRules, wantedRule, withRule } from "../../../doctor/cors-rules.ts";
import type { Subject } from "../../../doctor/subject.ts";
import { CommandFailure, EXIT, type CommandContext } from "../command.ts";

/** What setting the rules takes. */
const NEEDED: Readonly<Record<string, string>> = {
  minio:
    "It takes s3:GetBucketCORS and s3:PutBucketCORS, and a store that has rules for each bucket.",
  azure: "It takes the account key, or the role Storage Account Contributor.",
  google: "It takes a service account with storage.buckets.get and .update; HMAC keys cannot.",
};

/**
 * Adds the rule that the service needs to each bucket (on Azure to the account), and tells on standard
 * error what was there and what is there now.
 *
 * @throws CommandFailure when a store does not let it.
 */
export async function fixCors(
  subjects: readonly Subject[],
  origins: readonly string[],
  { stderr }: Pick<CommandContext, "stderr">,
): Promise<void> {
  if (origins.length === 0) {
    throw new CommandFailure(
      EXIT.usage,
      "CORS_ORIGINS is empty: name the origins of your pages in it",
    );
  }
  const refused: string[] = [];
  for (const subject of subjects) {
    for (const bucket of bucketsOf(subject)) {
      const rules = await openCorsRules(subject, bucket);
      const place = subject.config.kind === "azure" ? subject.config.account : bucket;
      if (rules === undefined) {
        stderr.write(`${place}: nothing to set, this server answers for CORS_ORIGINS itself\n`);
        continue;
      }
      const wanted = wantedRule(subject, origins);
      try {
        const before = await rules.read();
        const after = withRule(before, wanted);
        if (!sameRules(before, after)) await rules.write(after);
        stderr.write(described(place, before, after));
      } catch (error) {
        if (!(error instanceof StorageError)) throw error;
        const rule = JSON.stringify({ ...wanted, id: undefined });
        refused.push(`${place}: ${error.message}. ${needed(subject)} The rule to add: ${rule}`);
      }
    }
  }
  if (refused.length > 0) throw new CommandFailure(EXIT.destination, refused.join("\n       "));
}

/** Azure has one set of rules for all containers. */
function bucketsOf({ places, config }: Subject): readonly string[] {
  const names = [...new Set(places.map(({ bucket }) => bucket))];
  return config.kind === "azure" ? names.slice(0, 1) : names;
}

function described(place: string, before: readonly CorsRule[], after: readonly CorsRule[]): string {
  if (sameRules(before, after)) return `${place}: the rule is there already\n`;
  return `${place}: CORS rules\n  before\n${list(before)}  after\n${list(after)}`;
}

function list(rules: readonly CorsRule[]): string {
  return rules.length === 0 ? "    none\n" : rules.map((rule) => `    ${inWords(rule)}\n`).join("");
}

function inWords({ origins, methods, headers }: CorsRule): string {
  return `${origins.join(" ")}: ${methods.join(" ")}, headers ${headers.join(" ") || "none"}`;
}

function needed({ config }: Subject): string {
  return NEEDED[config.kind] ?? "";
}
