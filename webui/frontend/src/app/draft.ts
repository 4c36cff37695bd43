// A form with data-draft-url saves what is typed 800 ms after the last key, says so, and warns before unsaved text is left.

const PAUSE = 800;

export function keepDrafts(): void {
  document.querySelectorAll<HTMLFormElement>("form[data-draft-url]").forEach(keep);
}

function keep(form: HTMLFormElement): void {
  const line = form.querySelector<HTMLElement>("[data-draft-state]");
  let timer = 0;
  let changes = 0;
  let saved = 0;

  const say = (sentence: string | undefined) => {
    const now = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
    if (line && sentence) line.textContent = sentence.replace("{time}", now);
  };
  const save = async () => {
    const upTo = changes;
    try {
      const reply = await fetch(form.dataset["draftUrl"]!, { method: "POST", body: typedIn(form), headers: { Accept: "application/json" } });
      if (!reply.ok) throw new Error(String(reply.status));
      saved = upTo;
      say(line?.dataset["saved"]);
    } catch {
      say(line?.dataset["failed"]);
    }
  };
  const changed = () => {
    changes += 1;
    window.clearTimeout(timer);
    timer = window.setTimeout(save, PAUSE);
  };
  form.addEventListener("input", changed);
  form.addEventListener("bh:changed", changed);
  form.addEventListener("submit", () => {
    window.clearTimeout(timer);
    saved = changes;
  });
  window.addEventListener("beforeunload", (event) => {
    if (changes !== saved) event.preventDefault();
  });
}

/** What the form holds, without the bodies of files: those travel on their own. */
export function typedIn(form: HTMLFormElement): FormData {
  const data = new FormData();
  for (const [name, value] of new FormData(form)) if (!(value instanceof File)) data.append(name, value);
  return data;
}
