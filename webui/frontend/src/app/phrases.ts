// Quick phrases: a button writes its phrase at the cursor of the text field it stands under.

export function offerPhrases(): void {
  document.querySelectorAll<HTMLElement>(".bh-quick[hidden]").forEach((row) => (row.hidden = false));
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLButtonElement>("button[data-phrase]");
    const field = button && document.getElementById(button.dataset["phrase"]!);
    if (!(field instanceof HTMLTextAreaElement)) return;
    field.setRangeText(button!.textContent ?? "", field.selectionStart, field.selectionEnd, "end");
    field.focus();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
