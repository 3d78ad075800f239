import { errorXml } from "../../providers/s3/fault-server.ts";
import type { Fault } from "../../support/fault-proxy.ts";

const refusal = (status: number, code: string, headers: Record<string, string> = {}): Fault => ({
  kind: "answer",
  answer: {
    status,
    headers: { ...headers, "content-type": "application/xml" },
    body: errorXml(code),
  },
});

/** What networks and stores do to a request, and what they answer when they should not. */
export const FAULTS: Readonly<Record<string, Fault>> = {
  "a late request": { kind: "delay", milliseconds: 30 },
  "a reset": { kind: "reset" },
  "a reply lost after the store has done it": { kind: "lose" },
  "a reply that breaks off": { kind: "truncate" },
  "a connection that is closed late": { kind: "slow-close" },
  "500": refusal(500, "InternalError"),
  "503 SlowDown": refusal(503, "SlowDown"),
  "429 with Retry-After": refusal(429, "TooManyRequests", { "retry-after": "1" }),
  "200 with an error in it": refusal(200, "InternalError"),
};
