import { DURATION, parseDuration } from "../duration.ts";
import { secret, type Setting, type SettingWithDefault } from "../setting.ts";
import { parseUrlSigningKeys } from "../url-signing-keys.ts";
import { parsePublicUrl } from "../values.ts";

/** SigV4, and therefore every store here, stops at seven days. */
const MAX_SIGNED_SECONDS = 604_800;

const parseLife = (written: string): number | undefined => {
  const seconds = parseDuration(written);
  return seconds !== undefined && seconds >= 1 && seconds <= MAX_SIGNED_SECONDS
    ? seconds
    : undefined;
};

const parseWindow = (written: string): number | undefined =>
  written === "off" ? 0 : parseLife(written);

/** How URLs are signed, and what they name. */
export const SIGNING_SETTINGS = {
  publicUrl: {
    name: "PUBLIC_URL",
    parse: parsePublicUrl,
    expected: "an absolute http:// or https:// URL without query, fragment or password",
    about: "This service's own base URL, when it stands behind a proxy",
  } satisfies Setting<string>,
  signedExpires: {
    name: "SIGNED_URL_EXPIRES",
    parse: parseLife,
    expected: `${DURATION}, from 1s to 7d`,
    default: "1h",
    about: "How long a signed URL lives when nobody says",
  } satisfies SettingWithDefault<number>,
  signedMaxExpires: {
    name: "SIGNED_URL_MAX_EXPIRES",
    parse: parseLife,
    expected: `${DURATION}, from 1s to 7d`,
    default: "7d",
    about: "The longest life; a longer wish is shortened to it",
  } satisfies SettingWithDefault<number>,
  signedWindow: {
    name: "SIGNED_URL_WINDOW",
    parse: parseWindow,
    expected: `off, or ${DURATION}, up to SIGNED_URL_MAX_EXPIRES`,
    default: "off",
    about:
      "Signing times are rounded down to it, so that within it the same request gives the same URL",
  } satisfies SettingWithDefault<number>,
  urlSigningKeys: secret({
    name: "URL_SIGNING_KEYS",
    parse: parseUrlSigningKeys,
    expected:
      "id:secret,… with unique ids of letters, digits, `-` and `_`, and secrets of at least 16 characters",
    about:
      "`id:secret,…` for this service's own signed URLs: the first signs, all verify; made at the first local start",
  }),
};
