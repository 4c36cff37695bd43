// A button with data-confirm asks first, in the page's own <dialog id="bh-confirm">; without script it simply sends.

export function confirmBeforeSending(): void {
  const dialog = document.querySelector<HTMLDialogElement>("#bh-confirm");
  if (!dialog) return;
  const part = (name: string) => dialog.querySelector<HTMLElement>(`[data-part=${name}]`)!;
  let asked: HTMLButtonElement | null = null;
  let agreed: HTMLButtonElement | null = null;

  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLButtonElement>("button[data-confirm]");
    if (!button || button === agreed) return;
    event.preventDefault();
    // Who has left something out is told at the field, not after having agreed.
    if (button.form && !button.form.noValidate && !button.formNoValidate && !button.form.reportValidity()) return;
    asked = button;
    part("title").textContent = button.dataset["confirmTitle"] ?? button.textContent;
    part("text").textContent = button.dataset["confirm"] ?? "";
    part("yes").textContent = button.textContent;
    dialog.showModal();
  });
  dialog.addEventListener("close", () => {
    if (dialog.returnValue !== "yes" || !asked?.form) return;
    agreed = asked;
    dialog.returnValue = "";
    asked.form.requestSubmit(asked);
    agreed = null;
  });
}
