/* Two people in one run: asks every few seconds whether the other one answered, and goes there. Scripts off: a link. */
import { announce } from "./page.js";

const often = 4000; // while the other is there
const seldom = 12000;
const slowest = 120000;
const longest = 2 * 60 * 60 * 1000; // a page that was forgotten asks no more

export function startTogether(box) {
  const there = box.querySelector("[data-together-there]");
  const news = box.querySelector("[data-together-news]");
  const began = Date.now();
  let mark = box.dataset.mark;
  let wait = there.hidden ? seldom : often;
  let timer = setTimeout(ask, wait);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return clearTimeout(timer);
    clearTimeout(timer);
    timer = setTimeout(ask, 200);
  });

  async function ask() {
    if (document.hidden || Date.now() - began > longest) return;
    try {
      const answer = await fetch(`${box.dataset.url}?mark=${encodeURIComponent(mark)}`, { credentials: "same-origin" });
      if (answer.status === 404) return;
      if (answer.status === 200) take(await answer.json());
      if (!answer.ok) throw new Error(String(answer.status));
      wait = there.hidden ? seldom : often;
    } catch {
      wait = Math.min(wait * 2, slowest);
    }
    timer = setTimeout(ask, wait);
  }

  function take(now) {
    const isAnswered = turnOf(now.mark) !== turnOf(mark);
    const came = now.helped && there.hidden && !("alone" in box.dataset);
    mark = now.mark;
    if (!("alone" in box.dataset)) there.hidden = !now.helped;
    if (came) announce(there.querySelector("b").textContent);
    if (!isAnswered) return;
    if (!isTouched()) return location.assign(box.dataset.go);
    news.hidden = false;
    announce(news.querySelector("b").textContent);
  }
}

/** The count of answers and the state of the run; whether the desk is there makes no other page. */
function turnOf(mark) {
  return mark.replace(/-[ha]-/, "-");
}

/** Whether something was chosen or typed here that the server does not know. */
function isTouched() {
  return [...document.querySelectorAll("main input, main textarea, main select")].some((field) => {
    if (field.type === "hidden" || field.readOnly) return false;
    if (field.type === "radio" || field.type === "checkbox") return field.checked !== field.defaultChecked;
    if (field.type === "file") return field.files.length > 0;
    if (field instanceof HTMLSelectElement) return [...field.options].some((one) => one.selected !== one.defaultSelected) && field.selectedIndex > 0;
    return field.value !== field.defaultValue;
  });
}
