import { PassThrough } from "node:stream";
import { buffer } from "node:stream/consumers";
import type { App } from "@remote-storage/core/http/app.ts";
import { silentLog } from "@remote-storage/core/log.ts";
import { createAnswer } from "../../functions/aws/answer.ts";
import { type HttpEvent, readEvent } from "../../functions/aws/event.ts";
import { toHead } from "../../functions/aws/head.ts";
import { sendBody } from "../../functions/aws/response-stream.ts";
import { toResult } from "../../functions/aws/to-result.ts";
import { fromResult, fromStream, type Sent } from "../support/lambda/gateways.ts";
import { toSent } from "../support/lambda/sent.ts";
import type { Answer, Host } from "./host.ts";
import { direct } from "./memory-host.ts";

const context = { awsRequestId: "", getRemainingTimeInMillis: () => 60_000 };

/** The app behind the conversions of the Lambda functions: everything of them but the runtime. */
export function throughLambda(
  toEvent: (sent: Sent) => HttpEvent,
  send: (response: Response) => Promise<Answer>,
): (app: App) => Host["request"] {
  return (app) => {
    const answer = createAnswer(() => Promise.resolve(app), silentLog, {});
    return async (method, target, headers, body) => {
      // What was signed is sent to the storage, past the functions.
      if (target.startsWith("/remote-storage-")) return direct(app)(method, target, headers, body);
      const event = toEvent(await toSent(method, target, headers, body));
      const id = crypto.randomUUID();
      return send(await answer(readEvent(event), { ...context, awsRequestId: id }));
    };
  };
}

/** As the runtime streams it. */
export async function streamed(response: Response): Promise<Answer> {
  const stream = new PassThrough();
  const body = buffer(stream);
  stream.write(JSON.stringify(toHead(response)));
  stream.write(Buffer.alloc(8));
  await sendBody(response.body, stream, 60_000, () => undefined);
  return fromStream({ body: await body });
}

export async function inOnePiece(response: Response): Promise<Answer> {
  return fromResult(await toResult(response, silentLog));
}
