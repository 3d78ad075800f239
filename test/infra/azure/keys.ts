/** What a key, a token or a way to one looks like in a template. */
const SIGNS: readonly RegExp[] = [
  /\blist\w*\(/i,
  /AccountKey|SharedAccess|DefaultEndpointsProtocol|connectionStrings?"/i,
  /[?&]sig=/,
  /"(type)"\s*:\s*"secure(String|Object)"/i,
  // A key of a storage account: 64 bytes in base64.
  /[A-Za-z0-9+/]{86}==/,
  /-----BEGIN/,
  /Microsoft\.KeyVault\/vaults\/secrets/,
];

/** Every sign of a key in what is written, in its context. */
export const keysIn = (written: unknown): readonly string[] => {
  const text = JSON.stringify(written);
  return SIGNS.flatMap((sign) => {
    const found = sign.exec(text);
    return found === null ? [] : [text.slice(Math.max(0, found.index - 40), found.index + 60)];
  });
};
