"use strict";
(function () {
  var root = document.documentElement;
  var data = JSON.parse(document.getElementById("data").textContent);
  var texts = data.s, findings = data.f, STEP = 50;
  var severities = [["critical", "必须改"], ["warning", "请核实"], ["info", "提示"]];
  var form = document.getElementById("filter"), matches = document.getElementById("matches");
  var said = document.getElementById("said"), quiet;
  root.classList.add("js");

  function make(name, className, text) {
    var node = document.createElement(name);
    if (className) { node.className = className; }
    if (text) { node.textContent = text; }
    return node;
  }
  function text(number) { return texts[number]; }
  function body(finding) { return finding[4].map(text).join(""); }
  function printed(cell) { return texts[cell[2]] ? texts[cell[0]] + "!" + texts[cell[2]] : texts[cell[0]]; }
  function copied(cell) { return texts[cell[2]] && texts[cell[1]] ? texts[cell[1]] + "!" + texts[cell[2]] : ""; }

  function place(cell, isOneOfMany) {
    var item = make("li"), address = copied(cell), button;
    item.append(make("span", "cell", printed(cell)));
    if (address) {
      button = make("button", "copy", "复制");
      button.type = "button";
      button.dataset.copy = address;
      button.setAttribute("aria-label", "复制单元格地址 " + address);
      item.append(button);
    }
    if (isOneOfMany && texts[cell[3]]) { item.append(make("span", "found", texts[cell[3]])); }
    return item;
  }
  function value(label, content) {
    var part = make("span", "", label + "：");
    part.append(make("b", "", content));
    return part;
  }
  function card(finding) {
    var severity = severities[finding[1]], item = make("li", "finding " + severity[0]), top = make("p", "top"), cells, values;
    function say(node) { top.append(node, " "); }
    say(make("span", "badge " + severity[0], severity[1]));
    say(make("span", "code", texts[finding[0]]));
    if (texts[finding[11]]) { say(make("span", "stake", "涉及 " + texts[finding[11]])); }
    if (finding[3].length) { say(make("span", "division", finding[3].map(text).join("、"))); }
    if (texts[finding[10]]) { say(make("span", "badge waived", "已说明")); }
    item.append(top);
    if (finding[5].length) {
      cells = make("ul", "cells");
      finding[5].forEach(function (cell) { cells.append(place(cell, finding[5].length > 1)); });
      if (finding[6]) { cells.append(make("li", "", "另有 " + finding[6] + " 处，见 evidence/findings.json")); }
      item.append(cells);
    }
    item.append(make("p", "body", body(finding)));
    if (texts[finding[7]] || texts[finding[8]]) {
      values = make("p", "values");
      if (texts[finding[7]]) { values.append(value("填写", texts[finding[7]])); }
      if (texts[finding[8]]) { values.append(value("应为", texts[finding[8]])); }
      item.append(values);
    }
    item.append(make("p", "basis", "依据：" + texts[finding[9]]));
    if (texts[finding[10]]) { item.append(make("p", "waiver", "核查说明：" + texts[finding[10]])); }
    return item;
  }

  var groups = Array.prototype.map.call(document.querySelectorAll("[data-group]"), function (section) {
    var list = section.querySelector(".findings"), more = make("button", "more");
    more.type = "button";
    section.append(more);
    var group = { section: section, list: list, more: more, all: [], shown: [], written: list.children.length };
    more.addEventListener("click", function () {
      var first = group.written;
      write(group, group.written + STEP);
      var next = list.children[first];
      if (next) { next.tabIndex = -1; next.focus(); }
    });
    return group;
  });
  findings.forEach(function (finding) { groups[finding[2]].all.push(finding); });
  groups.forEach(function (group) { group.shown = group.all; offer(group); });

  function write(group, upto) {
    group.shown.slice(group.written, upto).forEach(function (finding) { group.list.append(card(finding)); });
    group.written = Math.min(upto, group.shown.length);
    offer(group);
  }
  function offer(group) {
    var left = group.shown.length - group.written;
    group.more.hidden = left <= 0;
    group.more.textContent = "再显示 " + Math.min(STEP, left) + " 条（还有 " + left + " 条）";
  }
  function haystack(finding) {
    return [texts[finding[0]], body(finding), texts[finding[7]], texts[finding[8]], texts[finding[9]], texts[finding[10]]]
      .concat(finding[3].map(text), finding[5].map(printed), finding[5].map(copied)).join("\n").toLowerCase();
  }
  function filter() {
    var wanted = {}, code = form.elements.code.value, division = form.elements.division.value, count = 0;
    var words = form.elements.text.value.toLowerCase().split(/\s+/).filter(Boolean);
    form.querySelectorAll("[name=severity]:checked").forEach(function (box) { wanted[box.value] = true; });
    function keeps(finding) {
      if (!wanted[finding[1]] || (code && texts[finding[0]] !== code)) { return false; }
      if (division && finding[3].map(text).indexOf(division) < 0) { return false; }
      if (!words.length) { return true; }
      var stack = haystack(finding);
      return words.every(function (word) { return stack.indexOf(word) >= 0; });
    }
    groups.forEach(function (group) {
      group.shown = group.all.filter(keeps);
      group.list.textContent = "";
      group.written = 0;
      write(group, STEP);
      group.section.hidden = !group.shown.length;
      group.section.querySelector(".count").textContent = group.shown.length + " 条";
      count += group.shown.length;
    });
    matches.textContent = count === findings.length ? "" : "符合筛选的 " + count + " 条，本页共 " + findings.length + " 条。";
  }
  /* a filter in the address after # can be kept as a bookmark: #find?severity=0&code=BE-014 */
  function fromAddress() {
    var match = /^#find\?(.*)$/.exec(location.hash), asked;
    if (!match) { return; }
    asked = new URLSearchParams(match[1]);
    form.querySelectorAll("[name=severity]").forEach(function (box) {
      box.checked = !asked.has("severity") || asked.getAll("severity").indexOf(box.value) >= 0;
    });
    ["code", "division", "text"].forEach(function (name) { form.elements[name].value = asked.get(name) || ""; });
    filter();
    document.getElementById("findings").scrollIntoView();
  }
  if (form) {
    var waiting;
    form.hidden = false;
    form.addEventListener("submit", function (event) { event.preventDefault(); filter(); });
    form.addEventListener("change", filter);
    form.addEventListener("input", function () { clearTimeout(waiting); waiting = setTimeout(filter, 120); });
    form.addEventListener("reset", function () { setTimeout(filter, 0); });
    window.addEventListener("hashchange", fromAddress);
    fromAddress();
  }

  function tell(words) {
    said.textContent = words;
    clearTimeout(quiet);
    quiet = setTimeout(function () { said.textContent = ""; }, 2500);
  }
  function copyByHand(content) {
    var box = make("textarea");
    box.value = content;
    document.body.append(box);
    box.select();
    var done = document.execCommand("copy");
    box.remove();
    return done;
  }
  document.addEventListener("click", function (event) {
    var button = event.target.closest(".copy"), content;
    if (!button) { return; }
    content = button.dataset.copy;
    function done(ok) {
      button.focus();
      tell(ok ? "已复制 " + content : "没有复制成功，请选中地址后复制");
    }
    if (navigator.clipboard) {
      navigator.clipboard.writeText(content).then(function () { done(true); }, function () { done(copyByHand(content)); });
    } else { done(copyByHand(content)); }
  });

  /* paper shows what is folded on the screen */
  var folded = [];
  window.addEventListener("beforeprint", function () {
    folded = Array.prototype.filter.call(document.querySelectorAll("details"), function (each) { return !each.open; });
    folded.forEach(function (each) { each.open = true; });
  });
  window.addEventListener("afterprint", function () { folded.forEach(function (each) { each.open = false; }); });
}());
