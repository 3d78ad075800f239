import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";

/** Secrets Manager as far as functions read it: one action. */
export interface SecretStore {
  readonly endpoint: string;
  /** By ARN or name; changed ones are what the next reader gets. */
  readonly texts: Map<string, string>;
  close(): Promise<void>;
}

/** @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html */
export async function startSecretStore(texts: Map<string, string>): Promise<SecretStore> {
  const server = createServer((request, response) => {
    void json(request).then((body) => {
      const { SecretId = "" } = body as { SecretId?: string };
      const text = texts.get(SecretId);
      response.setHeader("content-type", "application/x-amz-json-1.1");
      if (text === undefined) response.statusCode = 400;
      const error = { __type: "ResourceNotFoundException", message: "there is no such secret" };
      return response.end(JSON.stringify(text === undefined ? error : { SecretString: text }));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    texts,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
