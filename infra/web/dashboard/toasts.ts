/** Messages on what was done or refused. Screen readers say them; they go by themselves but for refusals. */
import htmx from "htmx.org";

const SHOWN = 6000;

interface Toast {
  message: string;
  tone: "done" | "refused";
}

export function startToasts(): void {
  document.body.addEventListener("toast", (event) => show((event as CustomEvent<Toast>).detail));
  htmx.on("htmx:sendError", (event) => {
    const { requestConfig } = (event as CustomEvent<{ requestConfig: { triggeringEvent?: Event } }>).detail;
    if (["refresh", "live"].includes(requestConfig.triggeringEvent?.type ?? "")) return; // nobody has asked for it
    show({ message: "The server could not be reached. Try again.", tone: "refused" });
  });
  const kept = sessionStorage.getItem("toast");
  if (kept) {
    sessionStorage.removeItem("toast");
    show(JSON.parse(kept) as Toast);
  }
}

function show({ message, tone }: Toast): void {
  for (const same of document.querySelectorAll<HTMLElement>(".toast")) if (same.textContent === message) same.remove();
  const toast = document.createElement("div");
  toast.className = `toast ${tone}`;
  const text = document.createElement("p");
  text.textContent = message;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "close";
  close.setAttribute("aria-label", "Dismiss");
  close.addEventListener("click", () => toast.remove());
  toast.append(text, close);
  // A modal dialog makes everything outside it inert, so messages go where they can be seen and closed.
  const place = document.querySelector("dialog[open] .messages") ?? document.querySelector("#toasts");
  place?.append(toast);
  if (tone === "done") setTimeout(() => toast.remove(), SHOWN);
}
