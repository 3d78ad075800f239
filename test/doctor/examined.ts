import type { BucketPlace } from "@remote-storage/core/links/bucket-place.ts";
import type {
  ProviderConfig,
  ProviderContext,
} from "@remote-storage/core/storage/provider-config.ts";
import { examine, type Examination } from "../../functions/doctor/examine.ts";
import type { Finding } from "../../functions/doctor/finding.ts";
import type { Subject } from "../../functions/doctor/subject.ts";
import type { World } from "../../functions/doctor/world.ts";
import { openProvider } from "../../functions/providers/registry.ts";

export const context: ProviderContext = {
  now: () => new Date(),
  policy: { maxExpires: 604_800, window: 0 },
  fetch,
};

const world: World = {
  now: context.now,
  fetch,
  lookup: (host) =>
    host === "localhost" ? Promise.resolve(["127.0.0.1"]) : Promise.reject(new Error("ENOTFOUND")),
  serviceReach: "loopback",
  corsOrigins: [],
  newId: () => "probe",
};

/** A provider with these buckets, the service's own unless said otherwise. */
async function subjectOf(
  config: ProviderConfig,
  places: readonly BucketPlace[],
  more: Partial<Subject> = {},
): Promise<Subject> {
  const used = more.context ?? context;
  const provider = more.provider ?? (await openProvider(config, used));
  return { name: "storage", own: true, config, places, ...more, provider, context: used };
}

/** What the doctor says of it. */
export async function examined(
  config: ProviderConfig,
  bucket: string,
  more: { readonly subject?: Partial<Subject>; readonly world?: Partial<World> } = {},
): Promise<Examination> {
  const subject = await subjectOf(config, [{ bucket, prefix: "" }], more.subject);
  return examine(subject, { ...world, ...more.world });
}

/** The findings that are not fine, each as `check: what was found`. */
export function troubles({ findings }: Examination): readonly string[] {
  const broken = findings.filter(({ state }) => state === "fault" || state === "warning");
  return broken.map(({ check, found }) => `${check}: ${found}`);
}

/** The checks that came out fine. */
export function fineChecks({ findings }: Examination): readonly Finding["check"][] {
  return findings.filter(({ state }) => state === "fine").map(({ check }) => check);
}
