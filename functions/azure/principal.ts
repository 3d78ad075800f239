import type { Identity } from "@remote-storage/core/access/identity.ts";
import { ProblemError } from "@remote-storage/core/http/problem.ts";
import * as v from "valibot";

/** Base64 of JSON, as App Service authentication writes it. */
const Principal = v.object({
  claims: v.array(v.object({ typ: v.string(), val: v.string() })),
});

/** App Service renames claims of Entra ID the way .NET does; rules name them as the token does. */
const NAMES: Readonly<Record<string, string>> = {
  "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier": "sub",
  "http://schemas.microsoft.com/identity/claims/objectidentifier": "oid",
  "http://schemas.microsoft.com/identity/claims/tenantid": "tid",
  "http://schemas.microsoft.com/identity/claims/scope": "scp",
  "http://schemas.microsoft.com/ws/2008/06/identity/claims/role": "roles",
};

/**
 * Who has signed in through App Service authentication ("EasyAuth"). To be asked only where that is
 * switched on: it takes the header from every request and sets its own; elsewhere anyone may send it.
 *
 * @param header `x-ms-client-principal`.
 * @throws ProblemError `unauthenticated` when it is not what App Service writes.
 * @see https://learn.microsoft.com/azure/app-service/configure-authentication-user-identities
 */
export function readPrincipal(header: string): Identity {
  const parsed = v.safeParse(Principal, parseJson(Buffer.from(header, "base64").toString()));
  if (!parsed.success) {
    throw new ProblemError(
      "unauthenticated",
      "x-ms-client-principal is not what App Service sends",
    );
  }
  const byName = Map.groupBy(parsed.output.claims, ({ typ }) => NAMES[typ] ?? typ);
  const claims = Object.fromEntries(
    Array.from(byName, ([name, given]) => {
      const values = given.map(({ val }) => val);
      return [name, values.length === 1 ? values[0] : values];
    }),
  );
  return { type: "claims", claims };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
