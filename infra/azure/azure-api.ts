/** One of Azure's own interfaces, asked as whoever runs this. */
export interface AzureApi {
  /** A request to a path of the interface. The status may be any. */
  readonly send: (path: string, init?: RequestInit) => Promise<Response>;
}

/** Calls Azure at `origin`, with tokens that `token` gets from the directory. */
export const createAzureApi = (
  origin: string,
  token: () => Promise<string>,
  send: typeof fetch,
): AzureApi => ({
  send: async (path, init = {}) => {
    const headers = new Headers(init.headers);
    headers.set("authorization", `Bearer ${await token()}`);
    return send(`${origin}${path}`, { ...init, headers });
  },
});

/** Drops an answer's body. @throws Error with status and code when it is none of success. */
export async function accept(answer: Response, doing: string): Promise<void> {
  const text = await answer.text();
  if (answer.ok) return;
  const [, code = "no reason given"] = /"code"\s*:\s*"(\w+)"/.exec(text) ?? [];
  throw new Error(`Azure does not ${doing}: ${answer.status} ${code}`);
}
