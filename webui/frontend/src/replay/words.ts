// The sentences that the server gave the page, with their places filled.
export type Words = Record<string, string>;

export function say(words: Words, code: string, values: Record<string, unknown> = {}): string {
  return (words[code] ?? code).replace(/{(\w+)}/g, (_, name) => String(values[name] ?? ""));
}
