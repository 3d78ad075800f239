import { createServer, type IncomingMessage, type Server } from "node:http";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import type { AddressInfo } from "node:net";

/** The part of Key Vault's interface that is used, as its reference describes it. */
export interface VaultStandIn {
  readonly origin: string;
  readonly secrets: Map<string, string>;
  /** Requests that are still refused, as they are until a new role holds. */
  refusals: number;
  readonly requests: string[];
  readonly close: () => Promise<void>;
}

export const TOKEN = "token-of-whoever-deploys";

/** @see https://learn.microsoft.com/rest/api/keyvault/secrets/get-secret/get-secret */
export async function startVault(): Promise<VaultStandIn> {
  const secrets = new Map<string, string>();
  const server: Server = createServer((request, response) => {
    void answer(request).then(({ status, body }) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body)),
    );
  });

  const answer = async (request: IncomingMessage) => {
    const { pathname, searchParams } = new URL(request.url ?? "", "http://vault");
    vault.requests.push(`${request.method} ${pathname}`);
    const sent = await text(request);
    if (searchParams.get("api-version") !== "7.4") return problem(400, "BadParameter");
    if (request.headers.authorization !== `Bearer ${TOKEN}`) return problem(401, "Unauthorized");
    if (vault.refusals > 0) {
      vault.refusals--;
      return problem(403, "Forbidden");
    }
    const name = /^\/secrets\/([0-9a-zA-Z-]{1,127})$/.exec(pathname)?.[1];
    if (name === undefined) return problem(404, "NotFound");
    if (request.method === "PUT") {
      secrets.set(name, (JSON.parse(sent) as { readonly value: string }).value);
    }
    const value = secrets.get(name);
    return value === undefined
      ? problem(404, "SecretNotFound")
      : { status: 200, body: { id: `${vault.origin}${pathname}/1`, value } };
  };

  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const vault: VaultStandIn = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    secrets,
    refusals: 0,
    requests: [],
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return vault;
}

const problem = (status: number, code: string) => ({ status, body: { error: { code } } });
