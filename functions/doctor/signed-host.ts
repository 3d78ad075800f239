import { isIP } from "node:net";
import type { SignedRequest } from "@remote-storage/core/signing/signed-request.ts";
import type { Finding } from "./finding.ts";
import { fine } from "./finding.ts";
import { covers, reachOf, type Reach } from "./reach.ts";
import type { Subject } from "./subject.ts";
import { wordsFor } from "./words.ts";
import type { World } from "./world.ts";

const RANGE: Readonly<Record<Reach, string>> = {
  loopback: "only this machine reaches",
  private: "only machines of the same network reach",
  public: "any machine reaches",
};

/** Whether whoever reaches the service reaches the host that its signed URLs name, too. */
export async function examineSignedHost(
  subject: Subject,
  signed: SignedRequest,
  world: World,
): Promise<Finding> {
  const words = wordsFor(subject);
  const { hostname, host } = new URL(signed.url);
  const bare = hostname.replace(/^\[|\]$/g, "");
  const addresses = isIP(bare) === 0 ? await world.lookup(bare).catch(() => []) : [bare];
  if (addresses.length === 0) {
    return {
      check: "signed host",
      state: "fault",
      found: `signed URLs name ${host}, which does not resolve`,
      meaning: "No signed URL can be opened from here.",
      remedy: subject.own
        ? `Correct ${words.publicEndpoint}.`
        : `Set ${words.pathStyle}, or correct ${words.publicEndpoint}.`,
    };
  }
  const reach = reachOf(bare, addresses);
  if (covers(reach, world.serviceReach)) return fine("signed host", `signed URLs name ${host}`);
  return {
    check: "signed host",
    state: "fault",
    found: `signed URLs name ${host}, which ${RANGE[reach]}`,
    meaning: "Clients that reach this service from further away cannot open what it signs.",
    remedy: `Set ${words.publicEndpoint} to the address that clients know the store by.`,
  };
}
