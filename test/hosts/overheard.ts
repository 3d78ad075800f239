import { createClient } from "./client.ts";
import { KEYS, TOKENS, type Host } from "./host.ts";

/** In the place of a secret that only this test knows. */
const CANARY = "CANARY0123456789abcdef";

/** What must be told nowhere: every host under test has them. */
const SECRETS = [
  ...Object.values(TOKENS),
  KEYS.secretAccessKey,
  "signing-key-of-the-host-under-test",
  "example-secret-key",
  CANARY,
];

/** Requests that carry secrets where logs and errors like to repeat them. */
const TEMPTATIONS = [
  ["GET", `/objects/private/x?X-Amz-Signature=${CANARY}&sig=${CANARY}`],
  ["GET", `/objects/private/x?X%2DAmz%2DSignature=${CANARY}&%73ig=${CANARY}`],
  ["GET", `/objects/private?prefix=a&access_token=${CANARY}&limit=no`],
  ["GET", `/links/resolve?redirect=false&link=https%3A%2F%2Fh.example%2Fk%3Fsig%3D${CANARY}`],
  ["GET", `/links/resolve?link=https%3A%2F%2Fuser%3A${CANARY}%40h.example%2Fk`],
  ["GET", `/links/resolve?link=s3%3A%2F%2Fkey%3A${CANARY}%40cars_2020_20_10%2Fk`],
  ["GET", `/remote-storage-private/x?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=${CANARY}`],
  ["GET", `/remote-storage-private/x?X%2dAmz%2dSecurity%2dToken=${CANARY}`],
  ["POST", `/sign?token=${CANARY}`],
  ["GET", `/no-such-path?token=${CANARY}`],
] as const;

/** A host, and all that it says to others than who asked rightly: prints, log, errors, figures. */
export function createOverheard() {
  const printed: string[] = [];
  const answered: string[] = [];
  const signatures = new Set<string>();
  return {
    write: (text: string) => void printed.push(text),
    /** The same host, listened to. */
    listen(host: Host): Host {
      const request: Host["request"] = async (method, target, headers, body) => {
        const answer = await host.request(method, target, headers, body);
        const text = answer.body.toString("latin1");
        const given = `${answer.headers.get("location") ?? ""}\n${text}`;
        for (const [, hex = ""] of given.matchAll(/X-Amz-Signature=([0-9a-f]{64})/g)) {
          signatures.add(hex);
        }
        if (answer.status >= 400) answered.push(`${method} ${target}\n${text}`);
        return answer;
      };
      return {
        ...host,
        request,
        async close() {
          const client = createClient({ ...host, request });
          for (const [method, target] of TEMPTATIONS) {
            await client.send(method, target);
            await request(method, target, { authorization: `Bearer ${CANARY}` });
            await request(method, target, { authorization: `Basic ${CANARY}`, cookie: CANARY });
          }
          answered.push((await client.send("GET", "/metrics")).body.toString());
          await host.close();
        },
      };
    },
    /** Every secret that was told, with where; and how much was listened to. */
    told() {
      const places = [
        ...printed.map((text) => ["printed", text] as const),
        // What the client itself has written in its request is not told to it.
        ...answered.map((text) => ["answered", text.slice(text.indexOf("\n"))] as const),
      ];
      const leaks = places.flatMap(([place, text]) =>
        [...SECRETS, ...signatures]
          .filter((secret) => text.includes(secret))
          .map((secret) => `${place} ${secret}: ${text.slice(0, 500)}`),
      );
      return { leaks, lines: printed.length, errors: answered.length, signatures: signatures.size };
    },
  };
}
