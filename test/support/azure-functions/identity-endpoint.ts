import type { IncomingMessage, ServerResponse } from "node:http";
import { listen } from "../listen.ts";
import type { Azurite } from "../azurite.ts";

/** Where App Service gives tokens to the identities of an app. */
export interface IdentityEndpoint {
  /** What finds it: `IDENTITY_ENDPOINT` and the secret that keeps others out. */
  readonly env: Readonly<Record<string, string>>;
  /** `client_id resource` of each token that was asked for. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

/**
 * @param clientId of the only identity that the app has.
 * @see https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference
 */
export async function startIdentityEndpoint(
  { credential }: Pick<Azurite, "credential">,
  clientId: string,
): Promise<IdentityEndpoint> {
  const secret = "header-of-the-identity-endpoint";
  const asked: string[] = [];
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { searchParams } = new URL(request.url ?? "/", "http://localhost");
    const resource = searchParams.get("resource") ?? "";
    const wanted = searchParams.get("client_id");
    if (request.headers["x-identity-header"] !== secret || wanted !== clientId) {
      response.writeHead(400).end('{"statusCode":400,"message":"no such identity"}');
      return;
    }
    asked.push(`${wanted} ${resource}`);
    const token = await credential.getToken([`${resource}/.default`]);
    response.writeHead(200, { "content-type": "application/json" });
    response.end(
      JSON.stringify({
        access_token: token?.token,
        expires_on: String(Math.floor((token?.expiresOnTimestamp ?? 0) / 1000)),
        resource,
        token_type: "Bearer",
        client_id: clientId,
      }),
    );
  }
  const server = await listen((request, response) => void answer(request, response));
  return {
    env: { IDENTITY_ENDPOINT: `${server.url}/msi/token`, IDENTITY_HEADER: secret },
    asked,
    close: () => server.close(),
  };
}
