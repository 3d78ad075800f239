import type { Finding } from "../finding.ts";
import type { Subject } from "../subject.ts";
import { azurePolicies } from "./azure.ts";
import { googlePolicies } from "./google.ts";
import { s3Policies } from "./s3.ts";

/** Text that is ready to paste. */
export interface Policy {
  /** What it is and where it goes. */
  readonly title: string;
  readonly text: string;
}

const ABOUT_RIGHTS: ReadonlySet<Finding["check"]> = new Set([
  "list",
  "read",
  "write",
  "uploads",
  "remove",
  "owner",
]);

/** The least that would let the service do its work, when some of it is refused; else nothing. */
export function leastPolicies(subject: Subject, findings: readonly Finding[]): readonly Policy[] {
  const troubles = findings.filter(
    ({ check, state }) => ABOUT_RIGHTS.has(check) && (state === "fault" || state === "warning"),
  );
  const delegator = findings.some(({ code }) => code === "AuthorizationPermissionMismatch");
  if (troubles.length === 0 && !delegator) return [];
  const { config } = subject;
  switch (config.kind) {
    case "http":
      return [];
    case "minio": {
      const foreign = troubles.flatMap(({ check, bucket }) =>
        check === "owner" && bucket !== undefined ? [bucket] : [],
      );
      return s3Policies(subject, config, foreign);
    }
    case "azure":
      return azurePolicies(subject, config);
    case "google":
      return googlePolicies(subject, config);
    default:
      return config satisfies never;
  }
}
