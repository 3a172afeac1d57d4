#!/usr/bin/env python3
"""Writes generated.jsonl.gz: the true texts of documents of the generator in testdata/corpus/generator, page by page, with
the lines that are set in large print and the machine-readable zone. Run it when the templates change:

    python3 internal/train/texts/export.py [EACH]      EACH documents of every template; 12 if not given

Needs python3-jinja2. The same templates give the same bytes.
"""
import argparse
import collections
import gzip
import io
import json
import os
import re
import sys
import unicodedata

HERE = os.path.dirname(os.path.abspath(__file__))
GENERATOR = os.path.join(HERE, "../../../testdata/corpus/generator")
sys.path.insert(0, GENERATOR)
import generate  # noqa: E402
from corpusgen import render  # noqa: E402

LARGE = "\x01"  # stands before the text of a line in large print


class Pages(render._Text):
    """The text of a page, with the lines in large print marked."""

    def handle_starttag(self, tag, attrs):
        super().handle_starttag(tag, attrs)
        self.add(" ")  # a label and its value are neighbours without a blank between
        size = re.search(r"font-size:\s*([\d.]+)em", dict(attrs).get("style") or "")
        if tag in ("h1", "h2") or size and float(size.group(1)) >= 1.25:
            self.add(LARGE)


def pages(html):
    parser = Pages()
    parser.feed(html)
    for text in parser.pages:
        lines = [re.sub(r"[ \t]+", " ", l).strip() for l in text.split("\n")]
        lines = [unicodedata.normalize("NFC", l) for l in lines if l.strip(LARGE + " ")]
        yield {"lines": [l.replace(LARGE, "").strip() for l in lines], "large": [i for i, l in enumerate(lines) if LARGE in l]}


def main():
    each = int(sys.argv[1]) if len(sys.argv) > 1 else 12
    a = argparse.Namespace(pools=os.path.join(GENERATOR, "pools"), templates=os.path.join(GENERATOR, "templates"), today="2026-06-01", seed=11, count=128 * each * 2,
                           text_only=True, kinds=None, profiles=None, uniform=True, balance=1.0, foreign=2.5, combined_share=0, combined_pages=0, reshoot=0)
    world = generate.World(a)
    seen = collections.Counter()
    raw = io.BytesIO()
    with gzip.GzipFile(fileobj=raw, mode="wb", mtime=0) as out:
        for job in generate.plan(world):
            case = world.case(job["case"])
            doc, meta, html, fields = world.html(job["docs"][0], case)
            truth = generate.doc_truth(doc, meta, fields, world.type_map)
            if seen[truth["template"]] >= each:
                continue
            seen[truth["template"]] += 1
            line = {"type": truth["type"], "template": truth["template"], "lang": truth["languages"][0], "card": "card" in meta, "pages": list(pages(html)), "mrz": doc.mrz or []}
            out.write((json.dumps(line, ensure_ascii=False) + "\n").encode())
    with open(os.path.join(HERE, "generated.jsonl.gz"), "wb") as f:
        f.write(raw.getvalue())
    print("%d documents of %d templates" % (sum(seen.values()), len(seen)))


main()
