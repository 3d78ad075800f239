import type { GoogleServiceAccount } from "../storage/provider-config.ts";

/**
 * Reads a Google service account's key file. The problem, when there is one, shows nothing of it.
 *
 * @see https://cloud.google.com/iam/docs/keys-create-delete
 */
export function parseServiceAccount(
  json: string,
): GoogleServiceAccount | { readonly problem: string } {
  let fields: unknown;
  try {
    fields = JSON.parse(json);
  } catch {
    return { problem: "is not JSON" };
  }
  return toServiceAccount(typeof fields === "object" && fields !== null ? fields : {});
}

/** The same from the fields themselves. */
export function toServiceAccount(
  fields: Readonly<Record<string, unknown>> | object,
): GoogleServiceAccount | { readonly problem: string } {
  const { type, client_email, private_key, project_id } = {
    type: "service_account",
    client_email: undefined,
    private_key: undefined,
    project_id: undefined,
    ...fields,
  };
  if (type !== "service_account")
    return { problem: "is not a service account's key (its type differs)" };
  if (typeof client_email !== "string" || client_email === "")
    return { problem: "lacks client_email" };
  if (typeof private_key !== "string" || !private_key.includes("-----BEGIN ")) {
    return { problem: "lacks private_key in PEM form" };
  }
  return {
    type: "service-account",
    clientEmail: client_email,
    privateKey: private_key,
    ...(typeof project_id === "string" && { projectId: project_id }),
  };
}
