// The wheel over a drawing that is only read scrolls the page, as everywhere else; with Ctrl it zooms the drawing.

/** To be called with the element that holds the canvas: the library listens further inside. */
export function leaveWheelToPage(host: HTMLElement): void {
  const keep = (event: WheelEvent) => {
    if (!event.ctrlKey && !event.metaKey) event.stopPropagation();
  };
  host.addEventListener("wheel", keep, { capture: true, passive: true });
}
