// A form whose answer takes seconds says so at its button, and does not send twice: data-busy holds the words.

export function sayThatItIsBusy(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    const button = event.submitter ?? form.querySelector("button");
    const words = (button as HTMLElement | null)?.dataset["busy"];
    if (!button || !words) return;
    if (button.getAttribute("aria-busy") === "true") {
      event.preventDefault();
      return;
    }
    button.setAttribute("aria-busy", "true");
    button.textContent = words;
  });
  // The browser's way back shows the page as it was left.
  addEventListener("pageshow", (event) => {
    if (event.persisted && document.querySelector("[aria-busy=true]")) location.reload();
  });
}
