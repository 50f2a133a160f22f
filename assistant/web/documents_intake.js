// Uploads, for staff: files are sent one after another to the HTTP interface, which queues them; how
// far each is, is asked from there until all are read.
const API = "../api/documents";
const jobs = new Map(); // id of an upload that is not done → its rows, by file name
let asking = null;

const list = () => element.querySelector(".bq-jobs");

function row(name) {
  const made = document.createElement("li");
  const [label, said] = [document.createElement("b"), document.createElement("span")];
  const bar = document.createElement("progress");
  label.textContent = name;
  bar.setAttribute("aria-label", `${name} 的上传进度`);
  bar.max = 100;
  made.append(label, bar, said);
  list().prepend(made);
  return {
    tell(text, state) {
      if (said.textContent !== text) said.textContent = text;
      made.dataset.state = state;
      bar.hidden = state !== "sending" && state !== "reading";
      if (state !== "sending") bar.removeAttribute("value");
    },
    sent(share) { bar.value = share * 100; },
  };
}

function told(file) {
  const warnings = file.warnings.length ? `；提醒：${file.warnings.join("；")}` : "";
  return file.message + warnings;
}

// One file; settles when the server has it, or has refused it.
function send(file, shown) {
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    const form = new FormData();
    form.append("files", file, file.name);
    request.upload.onprogress = (event) => {
      shown.sent(event.loaded / event.total);
      shown.tell("正在发送", "sending");
    };
    request.onload = () => {
      let answer = {};
      try { answer = JSON.parse(request.responseText); } catch { /* a proxy's page */ }
      if (request.status === 202) follow(answer, { [answer.files[0].name]: shown });
      else shown.tell(answer.detail || "服务器没有收下这份文件，请稍后再试。", "failed");
      done();
    };
    request.onerror = () => { shown.tell("没有传上去：网络中断，请再试一次。", "failed"); done(); };
    request.open("POST", API);
    request.send(form);
  });
}

async function take(files) {
  const most = Number(element.querySelector(".bq-drop").dataset.most);
  const names = new Set();
  const waiting = [];
  for (const file of files) {
    const shown = row(file.name);
    const size = `${Math.ceil(file.size / 1024 / 1024)} MB`;
    if (file.size > most) shown.tell(`有 ${size}，超过了 ${most / 1024 / 1024} MB 的上限，请拆成几份再上传。`, "failed");
    else if (names.has(file.name)) shown.tell("与这次选择的另一份文件同名，请改名后再上传。", "failed");
    else waiting.push([file, shown]);
    names.add(file.name);
    if (waiting.at(-1)?.[1] === shown) shown.tell("等待发送", "waiting");
  }
  for (const [file, shown] of waiting) await send(file, shown);
}

function follow(job, rows) {
  jobs.set(job.id, rows);
  update(job);
  if (!asking) asking = setInterval(ask, 1000);
}

function update(job) {
  const rows = jobs.get(job.id);
  if (!rows) return;
  for (const file of job.files) {
    rows[file.name] ??= row(file.name);
    rows[file.name].tell(told(file), file.state);
  }
  if (!job.done) return;
  jobs.delete(job.id);
  trigger("changed", {});
}

async function ask() {
  for (const id of [...jobs.keys()]) {
    try {
      const answer = await fetch(`${API}/jobs/${id}`);
      const job = await answer.json();
      if (answer.ok) update(job);
      else {
        for (const shown of Object.values(jobs.get(id) ?? {})) shown.tell(job.detail, "failed");
        jobs.delete(id);
      }
    } catch { /* the server is away for a moment: the next round asks again */ }
  }
  if (!jobs.size) { clearInterval(asking); asking = null; }
}

// What was still being read when the page was opened.
async function resume() {
  if (!list()) return;
  try {
    const answer = await fetch(`${API}/jobs`);
    if (!answer.ok) return;
    for (const job of (await answer.json()).filter((job) => !job.done)) follow(job, {});
  } catch { /* nothing to show */ }
}

element.addEventListener("change", (event) => {
  if (event.target.type !== "file") return;
  take([...event.target.files]);
  event.target.value = "";
});
for (const name of ["dragover", "dragleave", "drop"]) {
  element.addEventListener(name, (event) => {
    const zone = event.target.closest(".bq-drop");
    if (!zone) return;
    event.preventDefault();
    zone.classList.toggle("bq-over", name === "dragover");
    if (name === "drop") take([...event.dataTransfer.files]);
  });
}
// The list asks to have a document read again, and shows the progress here.
document.addEventListener("bq-reading", (event) => {
  if (list()) follow(event.detail, {});
});

watch("value", resume);
resume();
