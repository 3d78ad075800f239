import type { LinkResolver } from "../links/link.ts";
import { OWN_SCHEME } from "../links/scheme.ts";
import type { SignedRequest } from "../signing/signed-request.ts";
import type { Bucket } from "../storage/provider.ts";
import type { Metrics } from "./metrics.ts";

/** The bucket, its signatures counted as the own buckets'. */
export function countSignatures(
  bucket: Bucket,
  { signatures }: Pick<Metrics, "signatures">,
): Bucket {
  const count = (signed: SignedRequest): SignedRequest => {
    signatures.add(1, OWN_SCHEME, signed.method);
    return signed;
  };
  return {
    ...bucket,
    sign(intent) {
      const signed = bucket.sign(intent);
      return signed instanceof Promise ? signed.then(count) : count(signed);
    },
  };
}

/** The resolver, its signatures counted by provider. Public links are passed on unsigned, and not counted. */
export function countLinkSignatures(
  resolver: LinkResolver,
  { signatures }: Pick<Metrics, "signatures">,
): LinkResolver {
  type Answer = Awaited<ReturnType<LinkResolver["sign"]>>;
  const count = (answer: Answer): Answer => {
    if (!("error" in answer) && answer.expiresAt !== undefined) {
      signatures.add(1, answer.provider, answer.method);
    }
    return answer;
  };
  return {
    ...resolver,
    sign(link, located, options) {
      const answer = resolver.sign(link, located, options);
      return answer instanceof Promise ? answer.then(count) : count(answer);
    },
  };
}
