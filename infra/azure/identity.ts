import { call, type Expression, parameter, property } from "./expression.ts";
import type { Named } from "./names.ts";
import type { Resource, Values } from "./template.ts";

const VERSION = "2024-11-30";

/** Who the functions are to storage, vault and telemetry: no key is needed anywhere. */
export const addIdentity = ({ name }: Named, tags: Values): Resource => ({
  type: "Microsoft.ManagedIdentity/userAssignedIdentities",
  apiVersion: VERSION,
  name,
  location: parameter("location"),
  tags,
});

/** What the directory knows an identity by. Whoever uses it depends on the identity. */
export const principalOf = (identity: Named): Expression => read(identity, "principalId");

/** What an SDK asks for an identity by. Whoever uses it depends on the identity. */
export const clientOf = (identity: Named): Expression => read(identity, "clientId");

const read = (identity: Named, what: string): Expression =>
  property(call("reference", identity.id, VERSION), what);
