/** Query parameters that let anyone in: signatures, session tokens, SAS. Matched percent-encoded too. */
const SECRET_PARAMETERS =
  /((?:X-Amz-(?:Signature|Security-Token|Credential)|X-Goog-(?:Signature|Credential)|Signature|sig|access_token)(?:=|%3D))[^&\s"'<>]+/gi;

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
  return text.replace(SECRET_PARAMETERS, "$1[redacted]");
}
