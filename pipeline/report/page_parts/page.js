"use strict";
(function () {
  var root = document.documentElement, STEP = 50;
  var data = JSON.parse(document.getElementById("data").textContent), texts = data.s;
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
  function each(selector, inside, action) { Array.prototype.forEach.call(inside.querySelectorAll(selector), action); }

  /* a finding of the data as the template writes one: [code, severity, group, divisions, body, cells, more, found,
     expected, basis, waived, points], texts by their number */
  function place(cell, isOneOfMany) {
    var item = make("li"), address = text(cell[2]), copied = text(cell[1]), button;
    item.append(make("span", "cell", text(cell[0]) + (address ? "!" + address : "")));
    if (isOneOfMany && text(cell[3])) { item.append(" ", make("span", "found", text(cell[3]))); }
    if (address && copied) {
      button = make("button", "copy", "复制");
      button.type = "button";
      button.dataset.copy = copied + "!" + address;
      button.setAttribute("aria-label", "复制单元格地址 " + copied + "!" + address);
      item.append(" ", button);
    }
    return item;
  }
  function value(label, content) {
    var part = make("span", "", label + "：");
    part.append(make("b", "", content));
    return part;
  }
  function card(entry) {
    var severity = severities[entry[1]], item = make("li", "finding " + severity[0]), top = make("p", "top"), cells, values;
    top.append(make("span", "badge " + severity[0], severity[1]), " ", make("span", "code", text(entry[0])));
    if (text(entry[11])) { top.append(" ", make("span", "stake", "涉及 " + text(entry[11]))); }
    entry[3].forEach(function (name) { top.append(" ", make("span", "division", text(name))); });
    if (text(entry[10])) { top.append(" ", make("span", "badge waived", "已核准说明")); }
    item.append(top);
    if (entry[5].length) {
      cells = make("ul", "cells");
      entry[5].forEach(function (cell) { cells.append(place(cell, entry[5].length > 1)); });
      if (entry[6]) { cells.append(make("li", "", "另有 " + entry[6] + " 处，见 evidence/findings.json")); }
      item.append(cells);
    }
    item.append(make("p", "body", entry[4].map(text).join("")));
    if (text(entry[7]) || text(entry[8])) {
      values = make("p", "values");
      if (text(entry[7])) { values.append(value("填写", text(entry[7]))); }
      if (text(entry[8])) { values.append(value("应为", text(entry[8]))); }
      item.append(values);
    }
    item.append(make("p", "basis", "依据：" + text(entry[9])));
    if (text(entry[10])) { item.append(make("p", "waiver", "已核准说明：" + text(entry[10]))); }
    return item;
  }

  /* findings, those in the HTML and those in the data alike: severity, code, divisions, and the card once it is wanted */
  function written(node) {
    var finding = { node: node, divisions: [], code: node.querySelector(".code").textContent };
    severities.forEach(function (severity, at) { if (node.classList.contains(severity[0])) { finding.severity = at; } });
    each(".division", node, function (name) { finding.divisions.push(name.textContent); });
    return finding;
  }
  function embedded(entry) {
    return { entry: entry, severity: entry[1], code: text(entry[0]), divisions: entry[3].map(text) };
  }
  function nodeOf(finding) {
    if (!finding.node) { finding.node = card(finding.entry); }
    return finding.node;
  }
  function wordsOf(finding) {
    if (finding.words === undefined) {
      var parts = [];
      each(".code, .division, .cell, .found, .body, .values b, .basis, .waiver", nodeOf(finding), function (part) {
        parts.push(part.textContent);
      });
      each(".copy", finding.node, function (button) { parts.push(button.dataset.copy); });
      finding.words = parts.join("\n").toLowerCase();
    }
    return finding.words;
  }

  var total = 0;
  var groups = Array.prototype.map.call(document.querySelectorAll("[data-group]"), function (section) {
    var list = section.querySelector(".findings"), more = make("button", "more");
    var group = { section: section, list: list, more: more, count: section.querySelector(".count") };
    group.all = Array.prototype.map.call(list.children, written);
    more.type = "button";
    section.append(more);
    more.addEventListener("click", function () {
      var next = group.shown[group.upto];
      add(group, group.upto + STEP);
      if (next) { next.node.tabIndex = -1; next.node.focus(); }
    });
    return group;
  });
  data.f.forEach(function (entry) { groups[entry[2]].all.push(embedded(entry)); });
  groups.forEach(function (group) {
    group.shown = group.all;
    total += group.all.length;
    show(group, STEP);
  });

  function show(group, upto) {
    group.list.textContent = "";
    group.upto = 0;
    add(group, upto);
  }
  function add(group, upto) {
    var left = Math.max(0, group.shown.length - upto);
    group.list.append.apply(group.list, group.shown.slice(group.upto, upto).map(nodeOf));
    group.upto = Math.min(upto, group.shown.length);
    group.more.hidden = !left;
    group.more.textContent = "再显示 " + Math.min(STEP, left) + " 条（还有 " + left + " 条）";
  }

  function filter() {
    var wanted = {}, code = form.elements.code.value, division = form.elements.division.value, count = 0;
    var words = form.elements.text.value.toLowerCase().split(/\s+/).filter(Boolean);
    each("[name=severity]:checked", form, function (box) { wanted[box.value] = true; });
    function keeps(finding) {
      return wanted[finding.severity] && (!code || finding.code === code) &&
        (!division || finding.divisions.indexOf(division) >= 0) &&
        words.every(function (word) { return wordsOf(finding).indexOf(word) >= 0; });
    }
    groups.forEach(function (group) {
      group.shown = group.all.filter(keeps);
      show(group, STEP);
      group.section.hidden = !group.shown.length;
      group.count.textContent = group.shown.length + " 条";
      count += group.shown.length;
    });
    matches.textContent = count === total ? "没有筛选，列出全部 " + total + " 条。"
      : count ? "筛选后列出 " + count + " 条，本页共 " + total + " 条。"
      : "没有符合筛选条件的问题，本页共 " + total + " 条。";
  }
  /* a filter in the address after # can be kept as a bookmark: #find?severity=0&code=BE-014 */
  function fromAddress() {
    var match = /^#find\?(.*)$/.exec(location.hash), asked;
    if (!match) { return; }
    asked = new URLSearchParams(match[1]);
    each("[name=severity]", form, function (box) {
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

  /* copying: the clipboard where the browser lets a local file have it, else the old command, else the text selected */
  function tell(words, stays) {
    said.textContent = words;
    clearTimeout(quiet);
    quiet = setTimeout(function () { said.textContent = ""; }, stays ? 20000 : 2500);
  }
  function copyByHand(content) {
    var box = make("textarea", "unseen"), done = false;
    box.value = content;
    document.body.append(box);
    box.select();
    try { done = document.execCommand("copy"); } catch (refused) { done = false; }
    box.remove();
    return done;
  }
  function selected(content) {
    var address = make("span", "address", content), range = document.createRange(), selection = window.getSelection();
    tell("请按 Ctrl+C 复制：", true);
    said.append(address);
    range.selectNodeContents(address);
    selection.removeAllRanges();
    selection.addRange(range);
  }
  document.addEventListener("click", function (event) {
    var button = event.target.closest(".copy"), content;
    if (!button) { return; }
    content = button.dataset.copy;
    function byHand() {
      var done = copyByHand(content);
      button.focus();
      if (done) { tell("已复制 " + content); } else { selected(content); }
    }
    if (navigator.clipboard) {
      navigator.clipboard.writeText(content).then(function () { tell("已复制 " + content); }, byHand);
    } else { byHand(); }
  });

  /* a table is a stop for the keyboard only where it has something to scroll to */
  function stops() {
    each(".scroll", document, function (box) {
      if (box.scrollWidth > box.clientWidth) { box.tabIndex = 0; } else { box.removeAttribute("tabindex"); }
    });
  }
  window.addEventListener("resize", stops);
  each("details", document, function (box) { box.addEventListener("toggle", stops); });
  stops();

  /* paper shows what is folded on the screen, and every finding the filter lets through */
  var folded = [];
  window.addEventListener("beforeprint", function () {
    folded = Array.prototype.filter.call(document.querySelectorAll("details"), function (box) { return !box.open; });
    folded.forEach(function (box) { box.open = true; });
    groups.forEach(function (group) {
      group.before = group.upto;
      add(group, group.shown.length);
    });
  });
  window.addEventListener("afterprint", function () {
    folded.forEach(function (box) { box.open = false; });
    groups.forEach(function (group) { show(group, Math.max(group.before, STEP)); });
  });
}());
