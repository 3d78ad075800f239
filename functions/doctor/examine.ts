import type { Endpoint, ProviderConfig } from "@remote-storage/core/storage/provider-config.ts";
import { parseEndpoint } from "@remote-storage/core/settings/endpoint.ts";
import { examineAddress } from "./address.ts";
import { examineApi } from "./api.ts";
import { examineBucket } from "./bucket.ts";
import { concernsAll, type Finding, note } from "./finding.ts";
import { leastPolicies, type Policy } from "./policy/policy.ts";
import type { Subject } from "./subject.ts";
import type { World } from "./world.ts";

/** All that is known about one provider afterwards. */
export interface Examination {
  readonly name: string;
  readonly kind: ProviderConfig["kind"];
  /** The address that was looked at. */
  readonly endpoint: string;
  readonly findings: readonly Finding[];
  readonly policies: readonly Policy[];
}

const GOOGLE = "https://storage.googleapis.com";

/**
 * Looks at one provider from the outside in: its address, who answers there and what time it is, then each
 * bucket. It ends at the first fault that everything after it would only repeat.
 */
export async function examine(subject: Subject, world: World): Promise<Examination> {
  const { name, config } = subject;
  const endpoint = endpointOf(config);
  const findings = await examineAll(subject, endpoint, world);
  const policies = leastPolicies(subject, findings);
  return { name, kind: config.kind, endpoint: endpoint.origin, findings, policies };
}

async function examineAll(
  subject: Subject,
  endpoint: Endpoint,
  world: World,
): Promise<readonly Finding[]> {
  const { config, places } = subject;
  const address = await examineAddress(endpoint, world);
  if (config.kind === "http" && address.state === "fault") {
    return [
      note(
        "address",
        `the local server is not running at ${endpoint.origin}: start it to have the rest tried`,
      ),
    ];
  }
  if (address.state === "fault") return [address];
  const findings = [address];
  if (config.kind !== "http") {
    findings.push(...(await examineApi(subject, config, endpoint.origin, world)));
  }
  for (const place of places) {
    if (findings.some(concernsAll)) break;
    findings.push(...(await examineBucket(subject, place, world)));
  }
  return findings;
}

function endpointOf(config: ProviderConfig): Endpoint {
  if (config.kind === "http") return fromOrigin(config.publicOrigin());
  return config.endpoint ?? fromOrigin(GOOGLE);
}

function fromOrigin(origin: string): Endpoint {
  const parsed = parseEndpoint(origin);
  if ("problem" in parsed) throw new Error(`${origin}: ${parsed.problem}`);
  return parsed.endpoint;
}
