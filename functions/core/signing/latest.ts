/** Remembers the latest answer only: bulk work asks for the same again and again. */
export function latest<A extends readonly unknown[], R>(
  make: (...asked: A) => R,
): (...asked: A) => R {
  let last: { readonly asked: A; readonly answer: R } | undefined;
  return (...asked) => {
    if (last === undefined || asked.some((value, index) => value !== last?.asked[index])) {
      last = { asked, answer: make(...asked) };
    }
    return last.answer;
  };
}
