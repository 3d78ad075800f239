import { hash } from "node:crypto";

/** 132 bits: no two links are ever made to share them. */
const ID_LENGTH = 22;

/** Characters of an id that {@link idPrefix} reads, six bits each. */
const PREFIX_LENGTH = 5;

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const DIGITS = new Uint8Array(128);
for (const [digit, character] of Array.from(ALPHABET).entries()) {
  DIGITS[character.charCodeAt(0)] = digit;
}

/** A link's own id: 22 characters that stand for its text, wherever in a set it is. */
export function linkId(link: string): string {
  return hash("sha256", link, "base64url").slice(0, ID_LENGTH);
}

export function isLinkId(text: string): boolean {
  return /^[\w-]{22}$/.test(text);
}

/** The beginning of an id as a number of 30 bits. */
export function idPrefix(id: string): number {
  let prefix = 0;
  for (let at = 0; at < PREFIX_LENGTH; at++) {
    prefix = prefix * 64 + (DIGITS[id.charCodeAt(at)] ?? 0);
  }
  return prefix;
}
