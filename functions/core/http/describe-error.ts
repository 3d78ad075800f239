/** Where a query parameter begins that lets anyone in: signatures, session tokens, SAS. */
const SECRET_PARAMETER =
  /(?<=^|[?&;])(x-amz-(?:signature|security-token|credential)|x-goog-(?:signature|credential)|signature|sig|access_token|id_token|client_secret)=/i;

/** What stands in headers: of tokens, and of SigV4. */
const SECRET_HEADER = /\b(Bearer|Signature=) *[\w.~+/=-]+/gi;

/** How deep a chain of causes is told. */
const MAX_CAUSES = 4;

/** An error for the log: names, messages, the first stack, the causes; signatures in URLs are cut out. */
export function describeError(error: unknown, depth = 0): Readonly<Record<string, unknown>> {
  if (!(error instanceof Error)) return { message: redact(String(error)) };
  return {
    name: error.name,
    message: redact(error.message),
    ...(depth === 0 && error.stack !== undefined && { stack: redact(error.stack) }),
    ...(error.cause !== undefined &&
      depth < MAX_CAUSES && { cause: describeError(error.cause, depth + 1) }),
  };
}

function redact(text: string): string {
  return text.replaceAll(SECRET_HEADER, "$1 [redacted]").replaceAll(/[^\s"'<>]+/g, redactWord);
}

/** A word that holds such a parameter ends there: what follows cannot be told from its value for sure. */
function redactWord(word: string): string {
  if (!/=|%(?:25)*3d/i.test(word)) return word;
  const decoded = decode(decode(word));
  const found = SECRET_PARAMETER.exec(decoded);
  return found === null ? word : `${decoded.slice(0, found.index)}${found[1]}=[redacted]`;
}

/** Of any text, so byte by byte: names of parameters are ASCII. */
function decode(text: string): string {
  return text.replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(parseInt(hex, 16)),
  );
}
