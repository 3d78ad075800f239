import { fine, type Finding } from "./finding.ts";

/** Seconds from which stores refuse what is signed: S3, Azure and Google all allow fifteen minutes. */
const REFUSED = 15 * 60;
/** Seconds from which lives of signed URLs are noticeably wrong. */
const NOTICEABLE = 60;

/**
 * Compares this machine's clock with a store's `Date` header. `undefined` without one.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html (RequestTimeTooSkewed)
 */
export function examineClock(date: string | null, now: Date): Finding | undefined {
  const theirs = Date.parse(date ?? "");
  if (Number.isNaN(theirs)) return undefined;
  const seconds = Math.round((now.getTime() - theirs) / 1000);
  const apart = Math.abs(seconds);
  if (apart <= NOTICEABLE) return fine("clock", apart < 2 ? "the same time" : `${apart} s apart`);
  const direction = seconds > 0 ? "ahead of" : "behind";
  const found = `this machine's clock is ${inWords(apart)} ${direction} the store's`;
  const remedy =
    "Set this machine's clock (chrony, systemd-timesyncd, or the host of the container).";
  if (apart < REFUSED) {
    const effect = seconds > 0 ? "longer" : "shorter";
    const meaning = `Signed URLs live ${inWords(apart)} ${effect} than \`expiresAt\` says.`;
    return { check: "clock", state: "warning", found, meaning, remedy };
  }
  const meaning = "The store refuses what is signed here: not valid yet, or expired already.";
  return { check: "clock", state: "fault", found, meaning, remedy };
}

function inWords(seconds: number): string {
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}
