import { toRestApiEvent } from "../support/lambda/gateways.ts";
import { toSent } from "../support/lambda/sent.ts";

/** That opens everything on a function with `ENV`. */
export const TOKEN = "token-of-the-bench-0123456789";
export const ENV = {
  STORAGE_PROVIDER: "minio",
  STORAGE_REGION: "eu-central-1",
  STORAGE_BUCKET_PREFIX: "bench",
  API_TOKENS: TOKEN,
  URL_SIGNING_KEYS: "k1:signing-key-of-the-bench",
  LOG_LEVEL: "warn",
  AWS_ACCESS_KEY_ID: "ASIABENCH",
  AWS_SECRET_ACCESS_KEY: "secret-of-the-bench",
  AWS_SESSION_TOKEN: "token-of-the-bench",
};

/** A signature, which no network is needed for. */
export async function signOne() {
  const headers = { authorization: `Bearer ${TOKEN}` };
  return toRestApiEvent(await toSent("GET", "/objects/private/a/b.jpg?redirect=false", headers));
}
