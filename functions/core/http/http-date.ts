const FIXDATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;
const RFC_850 = /^[A-Z][a-z]{5,8}, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT$/;
const ASCTIME = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/;

/**
 * Reads an HTTP date in any of the three forms a recipient must accept; `undefined` for anything
 * else, which a recipient must ignore.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7
 */
export function parseHttpDate(text: string): Date | undefined {
  const isDate = FIXDATE.test(text) || RFC_850.test(text);
  if (!isDate && !ASCTIME.test(text)) return undefined;
  // asctime names no zone, and without one it would be read as local time.
  const time = Date.parse(isDate ? text : `${text} GMT`);
  return Number.isNaN(time) ? undefined : new Date(time);
}
