/** More than any store's error document needs. */
const MOST = 16_384;

/** The first characters of an answer's body; the rest is not waited for. */
export async function readStart({ body }: Response): Promise<string> {
  if (body === null) return "";
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length >= MOST) break;
  }
  return text.slice(0, MOST);
}
