/** For users' bytes on our own origin: a browser must neither guess their type nor run what is in them. */
export const USER_BYTES_HEADERS = {
  "X-Content-Type-Options": "nosniff",
  "Content-Security-Policy": "sandbox; default-src 'none'",
} as const;
