import type { HttpEvent } from "../../../functions/aws/event.ts";
import type { Result } from "../../../functions/aws/to-result.ts";
import { TOKENS, type Answer, type Host } from "../../hosts/host.ts";
import { createRawSend } from "../../providers/conformance/raw-send.ts";
import {
  fromResult,
  fromStream,
  toFunctionUrlEvent,
  type Sent,
} from "../../support/lambda/gateways.ts";
import type { Outcome } from "../../support/lambda/runtime-api.ts";
import { startRuntime } from "../../support/lambda/runtime.ts";
import { toSent } from "../../support/lambda/sent.ts";
import { type Deployment, empty } from "./deployment.ts";

/** What the function `images` answers, as the REST API shares it out. */
const IMAGES = /^\/(?:content|previews|converted|images|caches|capabilities)\b/;

/** The deployed bundles in AWS's runtime client; what was signed goes to the store itself. */
export async function openFunctionHost(
  { code, env, store }: Deployment,
  handler: "handler" | "buffered",
  toEvent: (sent: Sent) => HttpEvent,
): Promise<Host> {
  await empty(store);
  const objects = await startRuntime(code.objects, `main.${handler}`, env);
  const images = await startRuntime(code.images, `main.${handler}`, env);
  const rawSend = createRawSend();
  return {
    origin: store.endpoint,
    async request(method, target, headers, body) {
      const sent = await toSent(method, target, headers, body);
      if (target.startsWith("/remote-storage-")) {
        const answer = await rawSend(method, store.endpoint + target, sent.headers, sent.body);
        return { ...answer, body: Buffer.from(answer.body) };
      }
      const runtime = IMAGES.test(target) ? images : objects;
      return toAnswer(await runtime.invoke(toEvent(sent)));
    },
    async close() {
      await objects.stop();
      await images.stop();
    },
  };
}

export function toAnswer(outcome: Outcome): Answer {
  if (outcome.kind === "error") throw new Error(outcome.body.toString());
  if (outcome.streamed) return fromStream(outcome);
  return fromResult(JSON.parse(outcome.body.toString()) as Result);
}

/** A function URL that checks IAM: callers are roles, and no token reaches the app. */
export function toIamEvent(sent: Sent): HttpEvent {
  const { authorization = "", ...headers } = sent.headers;
  const known = Object.entries(TOKENS).find(([, token]) => authorization === `Bearer ${token}`);
  if (known === undefined) return toFunctionUrlEvent(sent);
  const [role] = known;
  const signed = { ...headers, authorization: "AWS4-HMAC-SHA256 Credential=…" };
  return toFunctionUrlEvent(
    { ...sent, headers: signed },
    { accountId: "123456789012", userArn: `arn:aws:sts::123456789012:assumed-role/${role}/me` },
  );
}
