// Lines of a text that is still arriving.

/** Each line as soon as its end has come. */
export async function* lines(body: ReadableStream<Uint8Array>): AsyncGenerator<string, undefined> {
  const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const found = (rest + value).split("\n");
    rest = found.pop()!;
    yield* found;
  }
}
