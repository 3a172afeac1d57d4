// Makes the upload page livelier; everything works without it. It sends each file by itself, so that each has its own
// progress and a failed one can be tried again, and it keeps the list of files up to date.
"use strict";

(() => {
  const form = document.getElementById("upload");
  const list = document.getElementById("list");
  if (!form || !list || !window.fetch) return;
  const text = form.dataset;
  const input = document.getElementById("files");
  const pick = form.querySelector(".pick");
  const wrong = document.getElementById("files-wrong");
  const sending = document.getElementById("sending");
  const button = form.querySelector("button[type=submit]");

  const element = (tag, className, content) => {
    const e = document.createElement(tag);
    if (className) e.className = className;
    if (content) e.textContent = content;
    return e;
  };

  const complain = (sentence) => {
    wrong.querySelector("p").textContent = sentence;
    wrong.hidden = !sentence;
    pick.classList.toggle("pick--wrong", Boolean(sentence));
    input.setAttribute("aria-invalid", String(Boolean(sentence)));
  };

  // The list comes from the server as it is; a place that was opened stays open, and focus stays where it was.
  const refresh = async () => {
    const answer = await fetch(text.list, { headers: { Accept: "text/html" }, credentials: "same-origin" });
    if (!answer.ok || answer.redirected) return;
    const open = new Set([...list.querySelectorAll("details[open]")].map((d) => d.closest("li").id));
    const focused = document.activeElement && document.activeElement.closest("#list li");
    const html = new DOMParser().parseFromString(await answer.text(), "text/html");
    list.replaceChildren(...html.body.childNodes);
    for (const id of open) {
      const item = document.getElementById(id);
      if (item) item.querySelector("details").open = true;
    }
    if (focused) {
      const item = document.getElementById(focused.id);
      if (item) item.querySelector("summary").focus({ preventScroll: true });
    }
    follow();
  };

  // News come from the server's stream; whatever it says, the list is fetched anew, at most twice a second.
  let source = null;
  let timer = 0;
  const follow = () => {
    const section = list.querySelector("[data-stream]");
    const address = section ? section.dataset.stream : "";
    if (section) {
      section.querySelector("[data-live]").hidden = false;
      section.querySelector("[data-reload]").hidden = true;
    }
    if (source && source.address === address) return;
    if (source) source.close();
    source = null;
    if (!address) return;
    source = new EventSource(address);
    source.address = address;
    const news = () => {
      clearTimeout(timer);
      timer = setTimeout(() => refresh().catch(() => {}), 500);
    };
    source.addEventListener("submission", news);
    source.addEventListener("end", () => { source.close(); news(); });
  };

  const send = (files, more, onProgress) => new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", form.action + (more ? "?more=1" : ""));
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    request.upload.addEventListener("progress", (e) => { if (e.lengthComputable) onProgress(e.loaded / e.total); });
    request.addEventListener("load", () => resolve(request.response || { arrived: 0, refused: [{ what: text.lost }] }));
    request.addEventListener("error", () => resolve({ arrived: 0, refused: [{ what: text.lost }], again: true }));
    const data = new FormData();
    data.append("csrf", form.elements.csrf.value); // must come first
    if (files.length > 1) data.append("together", "1"); // must come before the files
    for (const file of files) data.append("files", file, file.name);
    request.send(data);
  });

  const row = (files) => {
    const box = element("div", "sending");
    const name = element("p", "file__name");
    const title = files.map((file) => file.name).join(", ");
    name.append(element("bdi", "", title));
    const state = element("p", "small muted", text.sending);
    const bar = element("progress", "bar");
    bar.max = 1;
    bar.value = 0;
    bar.setAttribute("aria-label", title);
    box.append(name, bar, state);
    sending.append(box);
    return { box, bar, state };
  };

  const refuse = (line, answer, again) => {
    const first = (answer.refused || [])[0] || { what: text.lost };
    line.bar.remove();
    line.state.className = "kern-error";
    line.state.textContent = [first.what, first.todo].filter(Boolean).join(" ");
    if (!answer.again) return;
    const retry = element("button", "kern-btn kern-btn--secondary");
    retry.type = "button";
    retry.append(element("span", "kern-label", text.retry));
    retry.addEventListener("click", () => { line.box.remove(); again(); });
    line.box.append(retry);
  };

  // sendOne sends one document: a file, or several photos that are its pages.
  const sendOne = async (files, more) => {
    const line = row(files);
    const size = files.reduce((sum, file) => sum + file.size, 0);
    const tooSoon = files.some((file) => file.size === 0) ? text.empty : size > Number(text.max) ? text.large : "";
    if (tooSoon) {
      refuse(line, { refused: [{ what: tooSoon }] });
      return;
    }
    const answer = await send(files, more, (share) => { line.bar.value = share; });
    const known = (answer.known || [])[0];
    if (known) {
      line.bar.remove();
      line.state.textContent = known.what;
    } else if (answer.arrived) {
      line.bar.value = 1;
      line.state.textContent = text.sent;
      setTimeout(() => line.box.remove(), 1500);
      await refresh().catch(() => {});
    } else {
      refuse(line, answer, () => sendOne(files, false));
    }
  };

  const together = document.getElementById("together");
  const isPhoto = (file) => file.type.startsWith("image/") || /\.(hei[cf]|jpe?g|png|webp|tiff?|avif)$/i.test(file.name);
  const grouped = (files) => {
    const photos = together.checked ? files.filter(isPhoto) : [];
    if (photos.length < 2) return files.map((file) => [file]);
    return [photos, ...files.filter((file) => !isPhoto(file)).map((file) => [file])];
  };

  const sendAll = async (files) => {
    if (files.length === 0) {
      complain(text.none);
      input.focus();
      return;
    }
    complain("");
    document.getElementById("result").replaceChildren();
    sending.replaceChildren();
    sending.hidden = false;
    button.disabled = true;
    const documents = grouped(files);
    for (let i = 0; i < documents.length; i++) {
      await sendOne(documents[i], i < documents.length - 1);
    }
    button.disabled = false;
    input.value = "";
    together.checked = false;
    showChosen();
  };

  // The browser's own button speaks the browser's language; the label speaks the page's.
  const chosen = document.getElementById("chosen");
  const showChosen = () => {
    chosen.replaceChildren(...[...input.files].map((file) => {
      const item = element("li");
      item.append(element("bdi", "", file.name));
      return item;
    }));
    chosen.hidden = input.files.length === 0;
    if (input.files.length > 0) complain("");
  };
  pick.classList.add("pick--own");
  input.addEventListener("change", showChosen);

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    sendAll([...input.files]);
  });

  document.getElementById("drop").hidden = false;
  for (const kind of ["dragenter", "dragover"]) {
    pick.addEventListener(kind, (event) => { event.preventDefault(); pick.classList.add("pick--over"); });
  }
  for (const kind of ["dragleave", "drop"]) {
    pick.addEventListener(kind, () => pick.classList.remove("pick--over"));
  }
  pick.addEventListener("drop", (event) => {
    event.preventDefault();
    sendAll([...event.dataTransfer.files]);
  });

  follow();
})();
