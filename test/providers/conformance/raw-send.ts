import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { buffer } from "node:stream/consumers";
import type { RawSend } from "./subject.ts";

/** @param ca PEM of a certificate to trust besides the system's. */
export function createRawSend(ca?: string): RawSend {
  return async (method, url, headers = {}, body) => {
    const [, scheme, authority, target] = /^(https?):\/\/([^/?]+)(.*)$/s.exec(url) ?? [];
    if (scheme === undefined || authority === undefined || target === undefined) {
      throw new Error(`not a URL: ${url}`);
    }
    const { hostname, port } = new URL(`${scheme}://${authority}`);
    const { promise, resolve, reject } =
      Promise.withResolvers<Parameters<NonNullable<Parameters<typeof httpRequest>[2]>>[0]>();
    const length = body === undefined ? {} : { "content-length": String(body.byteLength) };
    const options = {
      method,
      hostname,
      ...(port === "" ? {} : { port }),
      path: target,
      headers: { ...length, ...headers },
      agent: false as const,
    };
    const sent =
      scheme === "https"
        ? httpsRequest({ ...options, ...(ca === undefined ? {} : { ca }) }, resolve)
        : httpRequest(options, resolve);
    sent.on("error", reject).end(body);
    const response = await promise;
    const received = new Headers();
    for (const [name, values] of Object.entries(response.headersDistinct)) {
      for (const value of values ?? []) received.append(name, value);
    }
    return {
      status: response.statusCode ?? 0,
      headers: received,
      body: new Uint8Array(await buffer(response)),
    };
  };
}
