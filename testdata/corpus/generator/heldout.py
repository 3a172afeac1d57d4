#!/usr/bin/python3
"""The held-out set: the same generator with other templates, names, fonts, issuing states and cameras.

    python3 heldout.py --out OUT --count 170 --seed heldout-1 --balance 1.1 --jobs 2

Takes the options of generate.py. It is for measuring only: nobody writes rules, cues or training texts after it.
"""
import os
import random
import sys

import cv2
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import generate  # noqa: E402
from corpusgen import cases, degrade, mrz, people, render  # noqa: E402

SANS = ["Nimbus Sans", "Nimbus Sans Narrow", "URW Gothic", "Linux Biolinum O", "Noto Sans Display"]
SERIF = ["URW Bookman", "C059", "P052", "Nimbus Roman", "Linux Libertine Display O"]
MONO = ["Nimbus Mono PS", "Noto Sans Mono", "Linux Libertine Mono O"]

# Document numbers as these states print them; Doc 9303 part 3, section 4: fewer than nine characters are filled with "<".
NUMBERS = {
    "TUR": lambda r: "S" + people.num(r, 8), "UKR": lambda r: "FU" + people.num(r, 6), "KAZ": lambda r: "N" + people.num(r, 8),
    "SYR": lambda r: people.num(r, 9), "EGY": lambda r: "A" + people.num(r, 8), "PHL": lambda r: "P" + people.num(r, 7) + r.choice("ABC"),
    "PAK": lambda r: r.choice("ABC") + r.choice("KLMN") + people.num(r, 7), "KEN": lambda r: "AK" + people.num(r, 6),
    "SEN": lambda r: "A" + people.num(r, 8), "PER": lambda r: people.num(r, 9), "MDA": lambda r: "AA" + people.num(r, 7),
    "BIH": lambda r: r.choice("AB") + people.num(r, 7), "ALB": lambda r: r.choice("BC") + r.choice("AGK") + people.num(r, 7),
}


def numbered(person):
    def make(r, pools, *a, **kw):
        p = person(r, pools, *a, **kw)
        if p.country in NUMBERS:
            p["passport_no"] = NUMBERS[p.country](random.Random("%s%s%s" % (p.surname, p.given_names, p.birth_date)))
        return p
    return make


def td2(code, state, surname, given, number, nat, birth, sex, expiry, optional=""):
    """Doc 9303 part 6: two lines of 36."""
    num = number.ljust(9, "<")[:9]
    l1 = (code.ljust(2, "<") + state.ljust(3, "<") + mrz.names(surname, given, 31, state))
    l2 = num + mrz.check(num) + nat.ljust(3, "<") + mrz.ymd(birth) + mrz.check(mrz.ymd(birth)) + sex + mrz.ymd(expiry) + mrz.check(mrz.ymd(expiry)) + optional.ljust(7, "<")[:7]
    return [l1, l2 + mrz.check(l2[0:10] + l2[13:20] + l2[21:35])]


def parsed(parse):
    def read(lines):
        t = parse(lines)
        if len(lines) == 2 and len(lines[0]) == 36 and lines[0][0] in "ACI":
            b = lines[1]
            t.update(format="TD2", optional=b[28:35].strip("<"))
            t["valid"] = t["valid"] and mrz.check(b[0:10] + b[13:20] + b[21:35]) == b[35]
        return t
    return read


def zoned(html):
    """'mrz:' in a template's front matter: td2 (identity card), convention (travel document of the host state)."""
    def make(self, doc, meta, r):
        f, p = doc.fields, doc.subject
        if meta.get("mrz") == "td2":
            doc.mrz = td2("ID", p.country, p.surname, p.given_names, f["document_number"], p.country, p.birth_date, p.sex, f["expiry_date"])
        elif meta.get("mrz") == "convention":
            doc.set(document_number="G" + f["document_number"][-8:].rjust(8, "0"))
            doc.mrz = mrz.td3("D", p.surname, p.given_names, f["document_number"], p.country, p.birth_date, p.sex, f["expiry_date"])
        return html(self, doc, meta, r)
    return make


# ---------------------------------------------------------------- other cameras, other scanners
def distorted(img, k):
    """barrel (k > 0) or pincushion: what a wide lens near a sheet does"""
    h, w = img.shape[:2]
    f = float(max(h, w))
    cam = np.array([[f, 0, w / 2], [0, f, h / 2], [0, 0, 1]], np.float32)
    return cv2.undistort(img, cam, np.array([k, 0, 0, 0], np.float32))


def phone(original):
    def shoot(img, r, mp=8, mask=None, tilt=7.0, severity=1.0):
        out, info = original(img, r, mp, mask, tilt * r.uniform(.6, 1.15), severity * r.uniform(.7, 1.1))
        out = distorted(out, r.uniform(-.05, .05))
        h, w = out.shape[:2]
        ys, xs = np.mgrid[0:h:16, 0:w:16].astype(np.float32)
        d = ((xs / w - .5) ** 2 + (ys / h - .5) ** 2) * 2
        vignette = cv2.resize(1 - d * r.uniform(.05, .3), (w, h))
        tint = np.array([r.uniform(.93, 1.07), r.uniform(.97, 1.02), r.uniform(.82, 1.08)], np.float32)
        out = np.clip(out.astype(np.float32) * vignette[..., None] * tint, 0, 255).astype(np.uint8)
        amount = r.uniform(.2, .9)      # sharpening in the camera
        out = cv2.addWeighted(out, 1 + amount, cv2.GaussianBlur(out, (0, 0), r.uniform(1, 2)), -amount, 0)
        if r.random() < .4:             # noise removal in the camera
            out = cv2.bilateralFilter(out, 5, 14, 3)
        scale = r.uniform(.9, 1.12)
        return cv2.resize(out, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC), info
    return shoot


def cloth(original):
    """tables with a woven or tiled pattern beside the plain and wooden ones"""
    def make(r, h, w):
        t = original(r, h, w)
        k = r.random()
        if k < .3:
            step = r.randrange(120, 420)
            ys, xs = np.mgrid[0:h, 0:w]
            odd = ((ys // step + xs // step) % 2).astype(np.float32)
            return np.clip(t.astype(np.float32) * (1 - .22 * odd[..., None]), 0, 255).astype(np.uint8)
        if k < .5:
            ys, xs = np.mgrid[0:h, 0:w].astype(np.float32)
            weave = np.sin(xs / r.uniform(4, 9)) * np.sin(ys / r.uniform(4, 9)) * r.uniform(5, 14)
            return np.clip(t.astype(np.float32) + weave[..., None], 0, 255).astype(np.uint8)
        return t
    return make


def scanner(original):
    """another tone curve, recycled paper, now and then print shining through from the back"""
    def scan(img, r, dpi):
        if r.random() < .15:
            back = cv2.GaussianBlur(degrade.gray(img[:, ::-1]), (0, 0), 2.2).astype(np.float32)
            img = np.clip(img.astype(np.float32) - (255 - back) * r.uniform(.03, .07), 0, 255).astype(np.uint8)
        img = original(img, r, dpi)
        gamma = r.uniform(.8, 1.25)
        img = cv2.LUT(img, np.clip((np.arange(256) / 255.0) ** gamma * 255, 0, 255).astype(np.uint8))
        if r.random() < .2:
            img = np.clip(img.astype(np.float32) * np.array([.93, .91, .87], np.float32), 0, 255).astype(np.uint8)
        return img
    return scan


def main():
    render.SANS, render.SERIF, render.MONO = SANS, SERIF, MONO
    people.person = cases.person = numbered(people.person)
    mrz.parse = parsed(mrz.parse)
    render.Templates.html = zoned(render.Templates.html)
    degrade.phone, degrade.table, degrade.scanner_traces = phone(degrade.phone), cloth(degrade.table), scanner(degrade.scanner_traces)
    for flag, folder in (("--templates", "templates-heldout"), ("--pools", "pools-heldout")):
        if flag not in sys.argv:
            sys.argv += [flag, os.path.join(HERE, folder)]
    generate.main()


if __name__ == "__main__":
    main()
