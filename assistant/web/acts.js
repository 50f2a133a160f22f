// What a reader does with an answer: copy it with its sources, say whether it helped, add a note.
// The links stand in chat messages, which Gradio draws anew at each turn: one listener on the
// document outlives them, and what was said of an answer is marked again.
const dialog = element.querySelector("dialog");
const toast = element.querySelector(".bq-toast");
const field = dialog.querySelector("textarea");
const problem = dialog.querySelector(".bq-remark-problem");
const judged = new Map(); // the answer's key -> useful or wrong
const FAILED = "没有办成，请检查网络后再试一次。";
let about = null; // the answer that the open form speaks of
let opener = null;
let timer = 0;

function tell(said) {
  toast.textContent = said;
  toast.classList.add("bq-shown");
  clearTimeout(timer);
  timer = setTimeout(() => toast.classList.remove("bq-shown"), 4000);
}

async function fetched(path, options) {
  const response = await fetch(path, options);
  if (response.ok) return response;
  throw new Error((await response.json().catch(() => ({}))).detail || FAILED);
}

const sentence = (error) => (error instanceof TypeError ? FAILED : error.message);

// Without https there is no clipboard interface, only the old command on a selection.
function copyBySelection(text) {
  const area = document.createElement("textarea");
  area.value = text;
  area.style.position = "fixed";
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  if (!done) throw new Error("浏览器不允许复制，请选中文字后按 Ctrl+C。");
}

async function copy(key) {
  try {
    const text = await (await fetched(`api/answers/${key}.txt`)).text();
    if (navigator.clipboard) await navigator.clipboard.writeText(text);
    else copyBySelection(text);
    tell("已复制答案和来源。");
  } catch (error) {
    tell(sentence(error));
  }
}

const say = (key, useful, note) => fetched("api/feedback", {
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify({ key, useful, note }),
});

// Not toggled but set, and only where it differs: the observer below must not wake itself.
function mark() {
  document.querySelectorAll('.bq-acts a[href^="#useful-"], .bq-acts a[href^="#wrong-"]').forEach((link) => {
    const [, verdict, key] = link.getAttribute("href").match(/^#(\w+?)-(.*)$/);
    const said = judged.get(key) === verdict;
    if (link.classList.contains("bq-said") === said) return;
    link.classList.toggle("bq-said", said);
    link.title = said ? "已记下" : "";
  });
}

async function judge(key, verdict, link) {
  try {
    await say(key, verdict === "useful", "");
  } catch (error) {
    tell(sentence(error));
    return;
  }
  judged.set(key, verdict);
  mark();
  about = key;
  opener = link;
  dialog.querySelector("h2").textContent = verdict === "useful" ? "已记下：这个回答有用" : "已记下：这个回答有误";
  field.value = "";
  problem.textContent = "";
  dialog.showModal();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest && event.target.closest(".bq-acts a[href^='#']");
  if (!link) return;
  event.preventDefault();
  event.stopPropagation();
  const [, act, key] = link.getAttribute("href").match(/^#(\w+?)-(.*)$/);
  if (act === "copy") copy(key);
  else judge(key, act, link);
}, true);

dialog.querySelector("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    if (field.value.trim()) await say(about, judged.get(about) === "useful", field.value.trim());
  } catch (error) {
    problem.textContent = sentence(error);
    return;
  }
  dialog.close();
  tell("谢谢，已记下。");
});
dialog.querySelector(".bq-remark-no").addEventListener("click", () => dialog.close());
dialog.addEventListener("close", () => { if (opener && opener.isConnected) opener.focus(); });

// What a screen reader says: Gradio names each message by its own markup, tags and all, which no one
// can listen to, gives a chart no name, and calls the example questions a list without items.
function name() {
  document.querySelectorAll(".bq-chat [data-testid][aria-label]").forEach((message) => {
    message.removeAttribute("aria-label");
  });
  document.querySelectorAll(".bq-chat .examples[role=list]").forEach((list) => {
    list.setAttribute("role", "group");
    list.setAttribute("aria-label", "问题举例");
  });
  document.querySelectorAll(".bq-chat .js-plotly-plot:not([role])").forEach((chart) => {
    chart.setAttribute("role", "img");
    chart.setAttribute("aria-label", "金额的柱形图，数字见答案里的表格");
  });
}

new MutationObserver(() => { mark(); name(); }).observe(document.body, { childList: true, subtree: true });
