import type { BucketPlace } from "@remote-storage/core/links/bucket-place.ts";
import { parseKey } from "@remote-storage/core/storage/key.ts";
import type { SignedRequest } from "@remote-storage/core/signing/signed-request.ts";
import { explain } from "./cause.ts";
import { examineCors } from "./cors.ts";
import { concernsAll, type Finding, type Trouble } from "./finding.ts";
import { examineForeign } from "./foreign.ts";
import { toRefusal } from "./refusal.ts";
import { type Probe, readMissing, tryList, tryRemove, tryUploads, tryWrite } from "./rights.ts";
import { placeName } from "./place-name.ts";
import { examineSignedHost } from "./signed-host.ts";
import type { Subject } from "./subject.ts";
import { wordsFor } from "./words.ts";
import type { World } from "./world.ts";

/** Where probes lie: nobody's keys begin so, and what is left behind by a crash is found by its name. */
const PROBES = ".remote-storage-doctor/";

/**
 * Tries on one bucket what the service does with it: signs, lists, reads what is not there, and on the
 * service's own buckets writes, reads and removes an empty object. Linked buckets are only read.
 */
export async function examineBucket(
  subject: Subject,
  place: BucketPlace,
  world: World,
): Promise<readonly Finding[]> {
  const probe: Probe = {
    subject,
    world,
    words: wordsFor(subject),
    bucket: subject.provider.bucket(place.bucket),
    prefix: place.prefix,
    key: parseKey(`${place.prefix}${PROBES}${world.newId()}`),
  };
  const findings = await tryRights(probe);
  const common = findings.filter(concernsAll);
  return common.length > 0
    ? common
    : findings.map((finding) => Object.assign({ bucket: placeName(place) }, finding));
}

async function tryRights(probe: Probe): Promise<readonly Trouble[]> {
  const { bucket, key, subject, words, world } = probe;
  let signed: SignedRequest;
  try {
    signed = await bucket.sign({ method: "GET", key, expires: 60 });
  } catch (error) {
    const refusal = toRefusal(error);
    return [explain(refusal, words) ?? cannotSign(refusal.message)];
  }
  const host = await examineSignedHost(subject, signed, world);
  const list = await tryList(probe);
  if (list.root) return [list.finding];
  const read = await readMissing(probe, signed, list.granted);
  if (read.root) return [host, read.finding];
  const rights = subject.own
    ? await tryOwn(probe, list.finding, read.finding)
    : [list.finding, read.finding];
  if (rights.every(({ state }) => state !== "fine")) {
    const foreign = await examineForeign(probe);
    return [host, ...(foreign === undefined ? rights : [foreign])];
  }
  return [host, ...rights, ...(await examineCors(subject, bucket, signed, world))];
}

async function tryOwn(probe: Probe, list: Finding, read: Finding): Promise<readonly Finding[]> {
  const write = await tryWrite(probe);
  if (write.state !== "fine") return [list, read, write];
  // With an object of its own, reading is known for certain.
  const signed = await probe.bucket.sign({ method: "GET", key: probe.key, expires: 60 });
  const { finding } = await readMissing(probe, signed, true);
  const uploads = await tryUploads(probe);
  return [list, finding, write, uploads, await tryRemove(probe)];
}

function cannotSign(message: string): Trouble {
  return {
    check: "credentials",
    state: "fault",
    found: `cannot sign: ${message}`,
    meaning: "No signed URL can be made.",
  };
}
