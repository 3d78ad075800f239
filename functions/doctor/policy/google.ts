import type { GoogleConfig } from "@remote-storage/core/storage/provider-config.ts";
import type { Subject } from "../subject.ts";
import type { Policy } from "./policy.ts";

/**
 * Bindings for the service account.
 *
 * @see https://cloud.google.com/storage/docs/access-control/iam-roles
 */
export function googlePolicies(
  { own, places }: Pick<Subject, "own" | "places">,
  { credentials }: GoogleConfig,
): readonly Policy[] {
  const account =
    credentials.type === "service-account" ? credentials.clientEmail : "<service account's e-mail>";
  const role = own ? "roles/storage.objectUser" : "roles/storage.objectViewer";
  const bindings = places.map(
    ({ bucket, prefix }) =>
      `gcloud storage buckets add-iam-policy-binding gs://${bucket} \\\n  --member="serviceAccount:$ACCOUNT" --role=${role}${onlyBelow(bucket, prefix)}`,
  );
  const keyless =
    credentials.type === "ambient"
      ? [
          "# to sign without a key",
          'gcloud iam service-accounts add-iam-policy-binding "$ACCOUNT" \\\n  --member="serviceAccount:$ACCOUNT" --role=roles/iam.serviceAccountTokenCreator',
        ]
      : [];
  const text = [`ACCOUNT="${account}"`, ...bindings, ...keyless].join("\n");
  return [{ title: "Bindings for the service account: the least that suffices", text }];
}

function onlyBelow(bucket: string, prefix: string): string {
  if (prefix === "") return "";
  const name = JSON.stringify(`projects/_/buckets/${bucket}/objects/${prefix}`);
  const condition = `title=below-prefix,expression=resource.name.startsWith(${name})`;
  return ` \\\n  --condition='${condition.replaceAll("'", String.raw`'\''`)}'`;
}
