import * as v from "valibot";
import type { GoogleServiceAccount } from "../storage/provider-config.ts";

const SCHEMA = v.object({
  type: v.optional(v.literal("service_account")),
  client_email: v.pipe(v.string(), v.includes("@")),
  private_key: v.pipe(v.string(), v.includes("-----BEGIN ")),
  project_id: v.optional(v.string()),
});

/**
 * Reads a Google service account's key file. The problem, when there is one, shows nothing of it.
 *
 * @see https://cloud.google.com/iam/docs/keys-create-delete
 */
export function parseServiceAccount(
  json: string,
): GoogleServiceAccount | { readonly problem: string } {
  try {
    return toServiceAccount(JSON.parse(json));
  } catch {
    return { problem: "is not JSON" };
  }
}

/** The same from what the file holds. */
export function toServiceAccount(
  fields: unknown,
): GoogleServiceAccount | { readonly problem: string } {
  const { success, output, issues } = v.safeParse(SCHEMA, fields);
  if (!success) {
    const wrong = issues.map((issue) => v.getDotPath(issue) ?? "the whole");
    return { problem: `is not a service account's key: ${wrong.join(", ")} missing or wrong` };
  }
  const { client_email, private_key, project_id } = output;
  return {
    type: "service-account",
    clientEmail: client_email,
    privateKey: private_key,
    ...(project_id !== undefined && { projectId: project_id }),
  };
}
