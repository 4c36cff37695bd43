// The sentences that the server gave the page, with their places filled.
export type Words = Record<string, string>;

export function say(words: Words, code: string, values: Record<string, unknown> = {}): string {
  const sentence = (values["count"] === 1 ? words[`${code}.one`] : undefined) ?? words[code] ?? code;
  return sentence.replace(/{(\w+)}/g, (_, name) => String(values[name] ?? ""));
}
