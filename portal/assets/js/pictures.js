/* Pictures pasted into a text field or dropped on a form go into the file field that is named there. */
import { announce } from "./page.js";

export function startPictures() {
  for (const field of document.querySelectorAll("[data-paste-to]")) {
    field.addEventListener("paste", (event) => take(event, event.clipboardData, field.dataset.pasteTo));
  }
  for (const place of document.querySelectorAll("[data-drop-to]")) {
    place.addEventListener("dragover", (event) => {
      if (![...event.dataTransfer.types].includes("Files")) return;
      event.preventDefault();
      place.classList.add("is-over");
    });
    place.addEventListener("dragleave", () => place.classList.remove("is-over"));
    place.addEventListener("drop", (event) => {
      place.classList.remove("is-over");
      take(event, event.dataTransfer, place.dataset.dropTo);
    });
  }
}

function take(event, source, target) {
  const input = document.getElementById(target);
  const files = [...(source?.files ?? [])];
  if (!input || !files.length) return;
  event.preventDefault();
  const all = new DataTransfer();
  if (input.multiple) for (const file of input.files) all.items.add(file);
  for (const file of input.multiple ? files : files.slice(0, 1)) all.items.add(withName(file, all.files.length));
  input.files = all.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
  announce(`${files.length === 1 ? "1 file is" : `${files.length} files are`} added. It is sent with your words.`);
}

/** Screenshots all arrive as "image.png"; a time in the name keeps them apart. */
function withName(file, place) {
  if (file.name && file.name !== "image.png") return file;
  const time = new Date().toISOString().slice(11, 19).replaceAll(":", "-");
  return new File([file], `screen-${time}-${place + 1}.png`, { type: file.type });
}
