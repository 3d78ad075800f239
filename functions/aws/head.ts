/** The head of an answer as Lambda takes it. */
export interface Head {
  readonly statusCode: number;
  /** Several values of one name are joined with commas, as HTTP allows for all but cookies. */
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies?: readonly string[];
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/config-rs-write-functions.html */
export function toHead(response: Response): Head {
  const cookies = response.headers.getSetCookie();
  const headers = [...response.headers].filter(([name]) => name !== "set-cookie");
  return {
    statusCode: response.status,
    headers: Object.fromEntries(headers),
    ...(cookies.length > 0 && { cookies }),
  };
}
