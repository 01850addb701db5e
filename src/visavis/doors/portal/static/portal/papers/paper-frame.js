/**
 * <paper-frame> shows a PDF inside the page, with a button that prints it.
 *
 * Only in a visit: there the PDF must not take the place of the page, because with the page
 * the ways to help and to the end of the visit would be gone. It wraps the links to the PDFs,
 * which work without this script too, and a <template> with the frame.
 */
class PaperFrame extends HTMLElement {
  connectedCallback() {
    this.onClick = (event) => {
      const link = event.target.closest("a[href$='.pdf']");
      if (!link) return;
      event.preventDefault();
      this.#show(link.href);
    };
    this.addEventListener("click", this.onClick);
  }

  disconnectedCallback() {
    this.removeEventListener("click", this.onClick);
  }

  #show(address) {
    this.querySelector("section")?.remove();
    const shown = this.querySelector("template").content.cloneNode(true);
    const frame = shown.querySelector("iframe");
    // Without the viewer's own bar: it offers to save the file on this device.
    frame.src = `${address}#toolbar=0&navpanes=0&view=FitH`;
    shown.querySelector("button").addEventListener("click", () => {
      frame.contentWindow.focus();
      frame.contentWindow.print();
    });
    this.append(shown);
    this.querySelector("section").focus();
  }
}

customElements.define("paper-frame", PaperFrame);
