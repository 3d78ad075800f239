/** Remembers the latest answer only: bulk work asks for the same again and again. */
export function latest<A extends readonly unknown[], R>(
  make: (...asked: A) => R,
): (...asked: A) => R {
  let last: { readonly asked: A; readonly answer: R } | undefined;
  return (...asked) => {
    if (last === undefined || !isSame(last.asked, asked)) last = { asked, answer: make(...asked) };
    return last.answer;
  };
}

/** A loop of its own: a closure for each call would be garbage for each link. */
function isSame(before: readonly unknown[], now: readonly unknown[]): boolean {
  for (let index = 0; index < now.length; index += 1) {
    if (before[index] !== now[index]) return false;
  }
  return true;
}
