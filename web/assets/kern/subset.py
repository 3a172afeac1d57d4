#!/usr/bin/python3
"""Writes kern.css and icons/ from the package @kern-ux/native: subset.py PACKAGE_DIRECTORY, run in this directory.

Only the sections and icons named below are taken, and the icons' data: addresses become files, because our content
security policy loads pictures from our own address only. Nothing else is changed.
"""
import pathlib
import re
import shutil
import sys
import urllib.parse

SECTIONS = ["mixins", "icons", "colors", "font", "sizes", "spacing-tokens", "variables", "themes", "layers", "icon", "accordion", "alert",
            "badge", "button", "card", "description-list", "divider", "fieldset", "input", "kopfzeile", "loader",
            "progress", "select", "table", "task-list"]
ICONS = ["account-circle", "arrow-back", "arrow-forward", "autorenew", "check", "checklist", "close", "danger", "download", "draft",
         "drive-folder-upload", "help", "home", "info", "language", "logout", "search", "success", "visibility", "warning"]
FONTS = ["FiraSans-Regular", "FiraSans-Medium", "FiraSans-SemiBold"]

package = pathlib.Path(sys.argv[1])
css = (package / "dist/kern.css").read_text()

# Every section starts with a comment that names its source file.
parts = re.split(r"(?=/\*\*\s*\n\s*\* @file )", css)
kept = [parts[0]]
for part in parts[1:]:
    name = re.search(r"@file _?([\w-]+)\.scss", part).group(1)
    if name == "spacing" and "--kern-metric-space-none:" in part:
        name = "spacing-tokens"
    if name in SECTIONS:
        kept.append(part)
text = "".join(kept)

for icon in ICONS:
    rule = re.search(r"\.kern-icon--" + icon + r" \{.*?\n\}", css, re.S).group(0)
    url = re.search(r'\smask: url\("data:image/svg\+xml,(.*?)"\)', rule, re.S).group(1)
    svg = urllib.parse.unquote(url).replace("height='' ", "").replace("width='' ", "")
    pathlib.Path(f"icons/{icon}.svg").write_text(svg + "\n")


def icon_rule(match):
    rule = match.group(0)
    name = re.search(r"\.kern-icon--([\w-]+) \{", rule)
    if not name or name.group(1) not in ICONS:
        return ""
    return re.sub(r'url\("data:image/svg\+xml,.*?"\)', f'url("icons/{name.group(1)}.svg")', rule, flags=re.S)


text = re.sub(r'^[^\n{}]*\{[^{}]*url\("data:.*?"\)[^{}]*\}\n', icon_rule, text, flags=re.S | re.M)
text = re.sub(r"/\*.*?\*/\n?", "", text, flags=re.S)
text = re.sub(r"\n{3,}", "\n\n", text)
pathlib.Path("kern.css").write_text(
    "/* KERN UX, @kern-ux/native " + re.search(r'"version": "(.*?)"', (package / "package.json").read_text()).group(1)
    + ", EUPL-1.2, (c) KERN team and contributors. A subset written by subset.py; see README.md. */\n" + text)
for font in FONTS:
    shutil.copyfile(package / f"dist/fonts/fira-sans/{font}.woff2", f"fonts/{font}.woff2")
