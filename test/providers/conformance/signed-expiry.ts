/** When a signed URL ends, by its own parameters: SigV4, Google V4, or an Azure SAS. */
export function signedExpiry(url: string): Date {
  const query = new URL(url).searchParams;
  const azure = query.get("se");
  if (azure !== null) return new Date(azure);
  const date = query.get("X-Amz-Date") ?? query.get("X-Goog-Date");
  const seconds = query.get("X-Amz-Expires") ?? query.get("X-Goog-Expires");
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date ?? "") ?? [];
  if (year === undefined || seconds === null) throw new Error(`no expiry in ${url}`);
  const start = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return new Date(start + Number(seconds) * 1000);
}
