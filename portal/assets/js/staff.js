/* The entry of staff pages: keys, the editor, the count of ticked rows, and texts put into a reply. */
import { startEditor } from "./editor.js";
import { startKeys } from "./queue_keys.js";

document.querySelectorAll("[data-keys]").forEach(startKeys);
document.querySelectorAll("[data-editor]").forEach(startEditor);
document.querySelectorAll("[data-bulk-bar]").forEach(startCount);
startInsert();
startSaveKey();

function startCount(bar) {
  const boxes = [...document.querySelectorAll("table input[type=checkbox]")];
  const words = bar.querySelector("[data-bulk-count]");
  const write = () => {
    const ticked = boxes.filter((box) => box.checked);
    boxes.forEach((box) => box.closest("tr")?.classList.toggle("on", box.checked));
    words.textContent = `${ticked.length} selected`;
    bar.classList.toggle("is-empty", !ticked.length);
  };
  document.addEventListener("change", (event) => boxes.includes(event.target) && write());
  write();
}

/** Saved replies and guides go into the reply where the writing mark stands. */
function startInsert() {
  for (const button of document.querySelectorAll("button[data-insert]")) {
    button.hidden = false;
    button.addEventListener("click", () => put(button.dataset.insertInto, button.dataset.insert));
  }
  for (const list of document.querySelectorAll("select[data-insert-into]")) {
    list.addEventListener("change", () => {
      const words = list.selectedOptions[0]?.dataset.text;
      if (!words) return;
      put(list.dataset.insertInto, words);
      list.value = "";
    });
  }
}

function put(id, words) {
  const text = document.getElementById(id);
  if (!text) return;
  // A field that nobody has been in has its mark before the first letter; words belong after the last.
  if (text.selectionEnd === 0) text.setSelectionRange(text.value.length, text.value.length);
  text.focus();
  text.setRangeText(words, text.selectionStart, text.selectionEnd, "end");
  text.dispatchEvent(new Event("input", { bubbles: true }));
}

/** Ctrl Enter sends the form one is writing in. */
function startSaveKey() {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    const form = event.target.closest?.("form[method=post]");
    if (!form) return;
    event.preventDefault();
    form.requestSubmit(form.querySelector("button[type=submit]:not(.sp-textbtn)") ?? undefined);
  });
}
