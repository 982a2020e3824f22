#!/usr/bin/env python3
"""Draws the pictures of the shops in this folder.

Every picture is a flat illustration made of a few shapes, in the product's own colours on a soft background. The
drawings are functions from colours to SVG; the list at the end says which product gets which. Nothing is copied from
anywhere, and only this script and the PNGs it makes are kept.

    python3 catalog/pictures.py            draws all of them
    python3 catalog/pictures.py <handle>…  draws some

Needs rsvg-convert (Debian: librsvg2-bin). With pngquant installed the files become a third of the size.
"""

import itertools
import math
import pathlib
import shutil
import subprocess
import sys

SIZE = 480
HERE = pathlib.Path(__file__).resolve().parent
numbers = itertools.count(1)

# ---------------------------------------------------------------- colours

CREAM, SAND, WHITE, INK, STEEL = "#f3e7d0", "#dfc8a0", "#fbfaf6", "#2e2f36", "#b9c2c9"
FOREST, SLATE, RUST, OCHRE, LAKE = "#3f6b52", "#4e5b6b", "#b9562f", "#d89b3a", "#3d7ea6"
INDIGO, GRANA, WINE, CLAY, MOSS = "#2c4a86", "#b3324a", "#7c2540", "#c4673f", "#7d8b57"
LEATHER, WOOD, STRAW, KRAFT, PINK = "#9a5f36", "#b98655", "#dcb56f", "#c59c6b", "#e58aa4"
GLASS = "#d5e8ea"

ON_SAND, ON_BLUSH, ON_MINT, ON_SKY = "#f7ecdc", "#f9e2db", "#dcefe4", "#dcebf5"
ON_LILAC, ON_BUTTER, ON_STONE = "#e9e3f4", "#fbf0cb", "#e9e7e2"


def mixed(colour, other, part):
    """`colour` with `part` of `other` in it."""
    pairs = [(int(colour[i:i + 2], 16), int(other[i:i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(a + (b - a) * part):02x}" for a, b in pairs)


def dark(colour, part=0.2):
    return mixed(colour, "#1c1620", part)


def light(colour, part=0.3):
    return mixed(colour, "#ffffff", part)


# ---------------------------------------------------------------- shapes


def path(d, fill):
    return f'<path d="{d}" fill="{fill}"/>'


def stroke(d, colour, width):
    return (f'<path d="{d}" fill="none" stroke="{colour}" stroke-width="{width}" '
            'stroke-linecap="round" stroke-linejoin="round"/>')


def rect(x, y, width, height, fill, corner=0):
    return f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="{corner}" fill="{fill}"/>'


def circle(x, y, radius, fill):
    return f'<circle cx="{x}" cy="{y}" r="{radius}" fill="{fill}"/>'


def oval(x, y, across, down, fill):
    return f'<ellipse cx="{x}" cy="{y}" rx="{across}" ry="{down}" fill="{fill}"/>'


def ring(x, y, across, down, colour, width):
    return (f'<ellipse cx="{x}" cy="{y}" rx="{across}" ry="{down}" fill="none" stroke="{colour}" '
            f'stroke-width="{width}"/>')


def turned(degrees, inside, x=240, y=240):
    return f'<g transform="rotate({degrees} {x} {y})">{inside}</g>'


def moved(x, y, inside, scale=1.0):
    return f'<g transform="translate({x} {y}) scale({scale})">{inside}</g>'


def mirrored(inside):
    return f'<g transform="translate({SIZE} 0) scale(-1 1)">{inside}</g>'


def inside_of(d, fill, pattern):
    """A shape, and a pattern that is cut off at its edge."""
    name = f"cut{next(numbers)}"
    return (path(d, fill) + f'<clipPath id="{name}"><path d="{d}"/></clipPath>'
            f'<g clip-path="url(#{name})">{pattern}</g>')


def ground(y, across=120, colour="#3a2f4a"):
    return f'<ellipse cx="240" cy="{y}" rx="{across}" ry="{max(8, across // 9)}" fill="{colour}" opacity="0.13"/>'


def box_path(x, y, width, height):
    return f"M{x} {y}h{width}v{height}h{-width}Z"


# ---------------------------------------------------------------- ornaments


def flower(x, y, radius, petals, middle="#f4c542"):
    around = "".join(
        circle(round(x + radius * math.cos(a), 1), round(y + radius * math.sin(a), 1), radius * 0.62, petals)
        for a in (math.tau * k / 5 - math.pi / 2 for k in range(5)))
    return around + circle(x, y, radius * 0.5, middle)


def diamonds(y, colour, height=26, step=44, start=60, end=430):
    half = step // 2 - 3
    return "".join(
        path(f"M{x} {y}l{half} {-height // 2}l{half} {height // 2}l{-half} {height // 2}Z", colour)
        for x in range(start, end, step))


def zigzag(y, colour, width=8, step=24, height=14, start=40, end=450):
    points = " ".join(f"L{x} {y + (height if k % 2 else 0)}" for k, x in enumerate(range(start, end, step)))
    return stroke("M" + points[1:], colour, width)


def stripes(colours, x=0, y=0, width=SIZE, height=12, gap=0):
    return "".join(rect(x, y + k * (height + gap), width, height, c) for k, c in enumerate(colours))


def fringe(x, y, width, colour, length=26, step=12, down=True):
    to = length if down else -length
    return "".join(stroke(f"M{k} {y}v{to}", colour, 4) for k in range(x + step // 2, x + width, step))


def leaf(x, y, length, colour, degrees=0):
    d = f"M{x} {y}q{length * .45} {-length * .5} 0 {-length}q{-length * .45} {length * .5} 0 {length}Z"
    return turned(degrees, path(d, colour), x, y)


def bean(x, y, colour, degrees=25, size=1.0):
    body = oval(x, y, 19 * size, 27 * size, colour) + stroke(
        f"M{x} {y - 24 * size}q{12 * size} {24 * size} 0 {48 * size}", light(colour, .45), 4 * size)
    return turned(degrees, body, x, y)


# ---------------------------------------------------------------- clothes

TEE = ("M172 112L118 138L70 216L126 246L150 218L150 382Q150 388 156 388L324 388Q330 388 330 382L330 218L354 246"
       "L410 216L362 138L308 112Q240 164 172 112Z")
LONG = ("M180 104L126 128Q108 138 104 160L72 344L124 356L156 236L156 384Q156 390 162 390L318 390Q324 390 324 384"
        "L324 236L356 356L408 344L376 160Q372 138 354 128L300 104Q240 140 180 104Z")


def tee(colour, print_on=""):
    sides = path("M150 218L158 218L164 388L156 388Q150 388 150 382ZM330 218L322 218L316 388L324 388Q330 388 330 382Z",
                 dark(colour, .12))
    neck = stroke("M174 114Q240 168 306 114", dark(colour, .18), 11)
    return path(TEE, colour) + sides + neck + print_on


def cactus_print(colour="#2f7d57"):
    pads = oval(240, 300, 34, 48, colour) + turned(-38, oval(205, 252, 22, 34, colour), 205, 252)
    pads += turned(36, oval(276, 248, 24, 36, colour), 276, 248) + oval(240, 226, 20, 30, colour)
    fruit = "".join(circle(x, y, 8, GRANA) for x, y in ((186, 220), (296, 214), (240, 192), (222, 230)))
    dots = "".join(circle(x, y, 3, light(colour, .6)) for x, y in ((230, 285), (250, 300), (232, 320), (252, 268)))
    return pads + fruit + dots


def axolotl_print():
    skin, gill = "#f7b7c5", "#d9547c"
    gills = "".join(stroke(f"M{240 + s * 52} {y}q{s * 26} {-8 - k * 7} {s * 40} {-26 + k * 18}", gill, 10)
                    for s in (-1, 1) for k, y in enumerate((236, 250, 264)))
    face = gills + oval(240, 258, 66, 50, skin) + circle(214, 250, 7, INK) + circle(266, 250, 7, INK)
    return face + stroke("M222 272q18 16 36 0", INK, 5) + circle(198, 268, 9, "#f08fa9") + circle(282, 268, 9, "#f08fa9")


def mountain_print(colour):
    peak = path("M180 300L228 224L250 258L268 234L304 300Z", colour)
    return peak + circle(280, 214, 13, colour)


def blouse(colour, flowers, size="large"):
    body = ("M168 122L92 150L80 246L138 258L152 222L140 378L340 378L328 222L342 258L400 246L388 150L312 122"
            "L296 122L296 146Q240 170 184 146L184 122Z")
    if size == "large":
        places = ((200, 190, 17), (240, 216, 22), (282, 190, 17), (204, 262, 20), (272, 272, 22), (238, 330, 20),
                  (176, 330, 15), (304, 334, 15), (118, 204, 14), (362, 204, 14), (312, 250, 12), (166, 256, 11))
    else:
        places = ((196, 172, 9), (214, 184, 10), (240, 190, 12), (266, 184, 10), (284, 172, 9))
    leaves = "".join(leaf(x + r, y + r * 1.7, r * 1.5, "#4f8f4a", 60) + leaf(x - r, y + r * 1.7, r * 1.5, "#4f8f4a", -60)
                     for x, y, r in places)
    hues = itertools.cycle(flowers)
    bloom = "".join(flower(x, y, r, next(hues)) for x, y, r in places)
    hem = rect(120, 362, 240, 9, flowers[0])
    return inside_of(body, colour, leaves + bloom + hem)


def huipil(colour):
    body = "M150 116L108 116L84 300L146 308L146 380L334 380L334 308L396 300L372 116L330 116L268 116L240 160L212 116Z"
    bands = (stripes([GRANA, OCHRE, GRANA], y=196, height=9) + diamonds(242, CREAM, 30) + zigzag(270, OCHRE)
             + stripes([CREAM, GRANA], y=304, height=8) + diamonds(340, OCHRE, 24) + rect(0, 364, SIZE, 8, CREAM))
    neck = stroke("M212 116L240 160L268 116", OCHRE, 9)
    return inside_of(body, colour, bands) + neck


def dress(colour, trim):
    body = ("M196 84L164 96L132 156L166 178L184 158L186 196L118 408Q240 428 362 408L294 196L296 158L314 178L348 156"
            "L316 96L284 84Q240 118 196 84Z")
    folds = "".join(stroke(f"M{240 + k * 12} 204L{240 + k * 40} 416", dark(colour, .1), 4) for k in (-2, -1, 0, 1, 2))
    rows = "".join(rect(206, y, 68, 5, trim) for y in (134, 148, 162))
    return inside_of(body, colour, folds + rect(150, 186, 180, 12, trim) + rows + zigzag(390, trim, 6))


def shirt(colour, kind):
    placket = rect(231, 128, 18, 262, dark(colour, .07))
    buttons = "".join(circle(240, y, 5, WOOD) for y in range(160, 380, 36))
    if kind == "guayabera":
        pleats = "".join(rect(x, 150, 3, 232, dark(colour, .16)) for x in (186, 194, 202, 278, 286, 294))
        pockets = "".join(rect(x, y, 42, 46, dark(colour, .08), 5) + rect(x, y, 42, 7, dark(colour, .18), 2)
                          for x in (172, 266) for y in (196, 308))
        inner = pleats + pockets + placket + buttons
    else:
        inner = placket + "".join(circle(240, y, 5, WOOD) for y in (156, 188, 220))
    if kind == "guayabera":
        collar = path("M184 104L214 92L240 128L226 156ZM296 104L266 92L240 128L254 156Z", dark(colour, .13))
    else:
        collar = path("M196 106Q196 92 208 90Q240 108 272 90Q284 92 284 106Q240 134 196 106Z", dark(colour, .13))
    cuffs = path("M76 324L128 336L124 356L72 344ZM404 324L352 336L356 356L408 344Z", dark(colour, .13))
    return inside_of(LONG, colour, inner) + cuffs + collar


def skirt(colour, stripe):
    body = "M178 104H302L372 382Q240 404 108 382Z"
    lines = "".join(stroke(f"M{240 + k * 14} 100L{240 + k * 34} 400", stripe, 4) for k in range(-4, 5))
    sash = rect(168, 100, 144, 30, GRANA, 6) + diamonds(115, CREAM, 16, 24, 172, 300)
    return inside_of(body, colour, lines + rect(90, 362, 300, 7, stripe)) + sash + fringe(286, 126, 30, GRANA, 52, 9)


def shawl(colour, fleck, knots=True):
    """Hung over a rod, the back end lower than the front."""
    def end(x, y, width, bottom, tone):
        flecks = "".join(path(f"M{fx} {fy}l5 11l-5 11l-5 -11Z", fleck) for row, fy in enumerate(range(96, bottom, 26))
                         for fx in range(x + 8 + (row % 2) * 12, x + width, 24))
        lines = "".join(rect(x, bottom - k, width, 11, fleck) for k in (34, 58, 82))
        return fringe(x, bottom - 2, width, dark(tone, .1), 40, 11) + inside_of(
            box_path(x, y, width, bottom - y), tone, flecks if knots else lines)
    rod = rect(70, 92, 340, 15, WOOD, 7) + circle(70, 99, 13, dark(WOOD)) + circle(410, 99, 13, dark(WOOD))
    fold = path("M112 102Q112 80 134 80H330Q350 80 350 102V118H112Z", dark(colour, .12))
    return rod + end(196, 96, 172, 372, dark(colour, .22)) + end(112, 96, 172, 322, colour) + fold


def hat(colour, band):
    crown = path("M158 268Q160 132 196 130Q224 124 240 142Q256 124 284 130Q320 132 322 268Z", colour)
    weave = "".join(stroke(f"M172 {y}Q240 {y + 12} 308 {y}", dark(colour, .14), 3) for y in (164, 188, 212))
    brim = oval(240, 284, 178, 44, colour) + path("M62 284a178 44 0 0 0 356 0a178 34 0 0 1 -356 0Z", dark(colour, .2))
    under = path("M158 252Q240 280 322 252L322 278Q240 306 158 278Z", band)
    return ground(344, 150) + brim + crown + weave + under


def cap(colour, front):
    bill = path("M236 296Q330 276 404 318Q418 334 396 336Q316 318 230 330Z", dark(colour, .25))
    crown = path("M92 310Q92 166 226 164Q330 168 336 298Q230 312 92 310Z", colour)
    panel = path("M226 164Q168 216 168 312Q120 312 92 310Q92 166 226 164Z", dark(colour, .1))
    patch = rect(236, 222, 62, 46, front, 8) + path("M246 258L262 234L272 248L280 238L290 258Z", colour)
    return ground(348, 140) + crown + panel + bill + circle(226, 164, 8, dark(colour, .3)) + patch


def beanie(colour):
    top = "M120 290Q116 128 240 124Q364 128 360 290Z"
    ribs = "".join(stroke(f"M{240 + k * 26} 292Q{240 + k * 24} 190 {240 + k * 9} 126", dark(colour, .12), 5)
                   for k in range(-4, 5))
    cuff = rect(106, 276, 268, 76, dark(colour, .14), 20)
    lines = "".join(rect(x, 280, 5, 68, dark(colour, .26), 2) for x in range(126, 366, 22))
    return inside_of(top, colour, ribs) + cuff + lines + rect(266, 306, 46, 28, CREAM, 4)


def socks(colour, trim):
    one = "M150 92H236V262Q238 288 262 304L322 342Q344 362 328 386Q312 404 284 394L176 342Q150 328 150 296Z"
    pattern = stripes([trim], y=104, height=16) + diamonds(168, trim, 30, 34, 136, 260) + zigzag(204, light(trim, .4), 6, 18)
    tip = path("M322 342Q344 362 328 386Q312 404 284 394L262 384L300 328Z", trim)
    heel = circle(158, 318, 34, trim)
    sock = inside_of(one, colour, pattern + heel) + tip
    back = moved(66, -14, inside_of(one, dark(colour, .14), pattern + heel) + tip)
    return moved(-28, 0, back + sock)


def jacket(colour, zipper):
    hood = path("M176 122Q180 62 240 60Q300 62 304 122Q240 150 176 122Z", dark(colour, .16))
    face = path("M202 116Q204 84 240 84Q276 84 278 116Q240 134 202 116Z", dark(colour, .45))
    inner = rect(236, 120, 8, 280, zipper) + stroke("M188 300l22 52M292 300l-22 52", dark(colour, .3), 7)
    yoke = path("M100 120H380V196Q240 226 100 196Z", light(colour, .14))
    return inside_of(LONG, colour, yoke + inner) + hood + face + rect(233, 146, 14, 16, INK, 4)


def fleece(colour):
    grid = "".join(rect(x, 100, 2, 300, light(colour, .12)) for x in range(70, 420, 16))
    collar = path("M192 108Q192 78 204 74Q240 88 276 74Q288 78 288 108Q240 134 192 108Z", dark(colour, .16))
    pocket = rect(276, 206, 50, 50, dark(colour, .22), 6)
    hem = rect(150, 374, 180, 18, dark(colour, .2)) + path("M76 324L128 336L124 356L72 344ZM404 324L352 336L356 356L408 344Z", dark(colour, .2))
    return inside_of(LONG, colour, grid + pocket + hem) + collar + rect(236, 92, 7, 110, CREAM, 3) + rect(233, 196, 13, 20, OCHRE, 4)


def gloves(colour, tips):
    hand = ("M168 372V286Q132 250 116 218Q110 196 130 194Q142 196 172 234V128Q176 108 192 110Q204 112 204 130V206"
            "V104Q208 86 222 88Q238 90 238 108V206V120Q242 104 256 106Q270 108 270 124V214V154Q274 140 286 142"
            "Q298 144 298 160V292L282 372Z")
    caps = circle(126, 206, 18, tips) + rect(170, 100, 36, 36, tips)
    cuff = rect(150, 336, 150, 50, dark(colour, .25))
    one = inside_of(hand, colour, caps + cuff)
    return moved(40, 20, f'{moved(130, 24, inside_of(hand, dark(colour, .16), caps + cuff), .84)}{moved(-56, 0, one, .94)}')


def apron(colour, pocket):
    straps = stroke("M190 124Q186 70 240 68Q294 70 290 124", dark(colour, .25), 14)
    body = path("M184 116H296Q300 192 352 214V396Q240 412 128 396V214Q180 192 184 116Z", colour)
    bag = path("M176 262H304V330Q304 346 288 346H192Q176 346 176 330Z", pocket)
    return straps + body + bag + rect(237, 262, 5, 84, dark(pocket, .2)) + rect(186, 128, 108, 6, dark(colour, .15))


# ---------------------------------------------------------------- shoes


def one_sandal(leather, sole, woven):
    base = path("M170 108Q132 112 130 176Q132 228 142 262Q134 330 146 366Q160 392 182 386Q208 380 208 348"
                "Q206 300 214 258Q230 176 214 138Q200 106 170 108Z", sole)
    bed = path("M171 122Q146 124 144 178Q146 228 155 262Q148 330 158 360Q168 376 180 372Q194 368 195 346"
               "Q192 300 200 256Q216 180 202 146Q190 120 171 122Z", light(sole, .3))
    if woven:
        straps = "".join(stroke(f"M134 {y}Q172 {y - 22} 214 {y - 2}", c, 13) for y, c in
                         ((172, leather), (190, dark(leather)), (208, leather), (226, dark(leather)), (244, leather)))
        straps += stroke("M152 148L196 246M196 150L150 240M174 140V250", light(leather, .2), 7)
    else:
        straps = stroke("M134 190Q172 158 216 182", leather, 26) + stroke("M138 240Q172 210 212 236", leather, 26)
        straps += circle(174, 166, 0, leather)
    heel = stroke("M148 306Q176 286 204 304", leather, 16) + rect(194, 294, 18, 20, OCHRE, 4)
    return base + bed + straps + heel


def sandals(leather, sole="#6b4a33", woven=True):
    one = one_sandal(leather, sole, woven)
    left = moved(-62, -56, turned(-6, one), 1.25)
    return left + mirrored(left)


def espadrilles(colour):
    rope = "#cfa56a"
    sole = path("M92 300Q84 354 116 360H384Q412 352 404 308Z", rope)
    twist = "".join(stroke(f"M{x} 318l-14 34", dark(rope, .2), 4) for x in range(112, 404, 18))
    upper = path("M92 306Q86 232 116 218Q146 240 196 240Q230 236 262 214Q330 236 380 274Q406 292 404 310Q250 322 92 306Z", colour)
    opening = path("M116 218Q146 240 196 240Q230 236 262 214Q220 196 116 218Z", dark(colour, .35))
    back = moved(60, -64, upper + opening + sole, .9)
    return ground(366, 165) + back + sole + twist + upper + opening + stroke("M262 214Q268 262 256 300", dark(colour, .14), 5)


def boots(leather):
    body = "M150 96H264V252Q276 276 322 288Q382 300 384 346H150Z"
    zipper = rect(238, 112, 7, 180, dark(leather, .45), 3)
    shade = path("M150 96H176V346H150Z", dark(leather, .15))
    sole = path("M144 344H388Q392 366 376 366H236L226 388H150Q144 370 144 344Z", dark(leather, .55))
    loop = rect(150, 88, 114, 22, dark(leather, .25), 8)
    one = inside_of(body, leather, shade + zipper) + loop + sole
    return ground(390, 150) + moved(54, -24, inside_of(body, dark(leather, .2), "") + sole, .95) + moved(-22, 0, one)


def slippers(colour, inner):
    one = (oval(170, 250, 66, 136, dark(colour, .3)) + oval(170, 244, 60, 130, inner)
           + path("M108 236Q104 116 170 112Q236 116 232 236Q170 206 108 236Z", colour)
           + stroke("M108 236Q170 206 232 236", dark(colour, .2), 10) + flower(170, 162, 14, OCHRE, GRANA))
    return moved(-6, -4, turned(-5, one)) + mirrored(moved(-6, -4, turned(-5, one)))


# ---------------------------------------------------------------- bags and small leather


def backpack(colour, accent, tall=False):
    top, low = (74, 404) if tall else (104, 396)
    loop = stroke(f"M214 {top + 8}Q214 {top - 26} 240 {top - 26}Q266 {top - 26} 266 {top + 8}", dark(colour, .4), 12)
    body = rect(140, top, 200, low - top, colour, 62)
    sides = rect(116, 252, 44, 118, dark(colour, .22), 16) + rect(320, 252, 44, 118, dark(colour, .22), 16)
    pocket = rect(164, 270, 152, 108, dark(colour, .14), 24) + stroke("M178 296H302", accent, 7)
    zipper = stroke(f"M160 {top + 78}Q240 {top + 36} 320 {top + 78}", accent, 7)
    patch = rect(216, top + 96, 48, 34, accent, 6)
    extra = ""
    if tall:
        extra = path("M132 128Q136 66 240 64Q344 66 348 128Q240 152 132 128Z", dark(colour, .2))
        extra += "".join(rect(x, 120, 12, 92, accent, 4) + rect(x - 4, 186, 20, 22, INK, 4) for x in (184, 284))
        extra += rect(128, 388, 224, 34, OCHRE, 17) + circle(145, 405, 10, dark(OCHRE)) + circle(335, 405, 10, dark(OCHRE))
        zipper, patch = "", ""
    return ground(424 if tall else 402, 130) + loop + sides + body + pocket + zipper + patch + extra


def rain_cover(colour):
    body = "M136 390Q104 250 152 146Q184 92 240 92Q296 92 328 146Q376 250 344 390Q240 420 136 390Z"
    folds = stroke("M186 128Q160 250 184 396M294 128Q320 250 296 396M240 98V400", dark(colour, .14), 5)
    drops = "".join(path(f"M{x} {y}q14 22 0 30q-14 -8 0 -30Z", "#6fa8cf") for x, y in
                    ((104, 96), (376, 84), (72, 196), (412, 190), (344, 52), (150, 48)))
    return ground(404, 130) + inside_of(body, colour, folds) + stroke("M138 384Q240 412 342 384", dark(colour, .35), 9) \
        + rect(196, 224, 88, 52, light(colour, .45), 10) + path("M212 266L232 238L246 254L256 244L270 266Z", colour) + drops


def dry_bag(colour):
    body = path("M150 176H330L342 380Q240 412 138 380Z", colour) + path("M150 176H184L178 394Q152 388 138 380Z", light(colour, .2))
    roll = rect(142, 132, 196, 52, dark(colour, .18), 18) + stroke("M154 150H326M154 166H326", dark(colour, .34), 4)
    clip = stroke("M152 158Q160 88 240 86Q320 88 328 158", INK, 13) + rect(214, 72, 52, 28, INK, 7)
    return ground(398, 120) + body + roll + clip + rect(190, 238, 100, 84, light(colour, .6), 10) + \
        stroke("M206 282q17 -20 34 0t34 0M206 302q17 -20 34 0t34 0", LAKE, 7)


def duffel(colour, accent):
    body = "M96 196Q98 174 120 174H360Q382 174 384 196V326Q382 350 356 350H124Q98 350 96 326Z"
    bands = rect(168, 160, 24, 200, accent) + rect(288, 160, 24, 200, accent)
    handle = stroke("M180 178Q186 106 240 104Q294 106 300 178", accent, 16)
    ends = path("M96 196Q98 174 120 174H138V350H124Q98 350 96 326ZM384 196Q382 174 360 174H342V350H356Q382 350 384 326Z", dark(colour, .18))
    return ground(360, 160) + handle + inside_of(body, colour, ends + bands) + stroke("M128 206H352", dark(colour, .4), 7) + rect(336, 200, 26, 13, OCHRE, 4)


def hip_pack(colour, accent):
    belt = stroke("M60 216Q86 150 240 148Q394 150 420 216", dark(colour, .35), 20) + rect(220, 134, 40, 30, INK, 6)
    body = path("M112 218Q112 196 134 196H346Q368 196 368 218Q368 338 290 346H190Q112 338 112 218Z", colour)
    pocket = path("M144 262H336Q328 324 284 328H196Q152 324 144 262Z", dark(colour, .14))
    return ground(362, 120) + belt + body + pocket + stroke("M134 226H346", accent, 8) + rect(330, 226, 12, 34, accent, 5) + stroke("M164 276H316", dark(colour, .4), 5)


def shoulder_bag(colours):
    strap = stroke("M148 200Q150 66 240 64Q330 66 332 200", LEATHER, 13)
    body = "M126 190H354L362 372Q240 392 118 372Z"
    bands = stripes(colours, y=190, height=20) + diamonds(284, CREAM, 34, 44, 116, 372) + zigzag(348, colours[1], 8)
    return ground(394, 128) + strap + inside_of(body, colours[0], bands) + fringe(128, 374, 230, colours[0], 28, 13) \
        + circle(240, 204, 13, WOOD) + circle(148, 200, 9, dark(LEATHER)) + circle(332, 200, 9, dark(LEATHER))


def straw_bag(colour):
    handles = stroke("M168 206Q172 98 240 96Q308 98 312 206", LEATHER, 14)
    body = "M100 196H380L350 368Q346 384 330 384H150Q134 384 130 368Z"
    weave = "".join(path(f"M{x} {y}h18l-6 12h-18Z", dark(colour, .16)) for k, y in enumerate(range(202, 384, 18))
                    for x in range(96 + (k % 2) * 16, 390, 32))
    return ground(390, 130) + handles + inside_of(body, colour, weave) + rect(94, 188, 292, 22, dark(colour, .3), 9) \
        + rect(156, 196, 26, 40, LEATHER, 6) + rect(298, 196, 26, 40, LEATHER, 6)


def market_bag(colour, second):
    handles = stroke("M172 176Q172 82 240 80Q308 82 308 176", dark(colour, .25), 13)
    body = "M106 170H374L356 388H124Z"
    grid = "".join(rect(x, 160, 15, 240, second) for x in range(120, 372, 46))
    grid += "".join(rect(90, y, 300, 15, light(second, .35)) for y in range(206, 388, 46))
    return ground(394, 126) + handles + inside_of(body, colour, grid) + rect(100, 164, 280, 20, dark(colour, .2), 7)


def wallet(leather):
    back = rect(104, 160, 272, 180, dark(leather, .3), 18)
    bill = rect(128, 138, 224, 60, "#a9c7a0", 6) + circle(240, 158, 14, "#86ab7c")
    front = rect(104, 178, 272, 170, leather, 18)
    stitch = f'<rect x="116" y="190" width="248" height="146" rx="12" fill="none" stroke="{light(leather, .4)}" stroke-width="3" stroke-dasharray="9 7"/>'
    fret = "".join(stroke(f"M{x} 292v-44h40v30h-22v-14", dark(leather, .35), 7) for x in (140, 196, 252, 308))
    return ground(360, 140) + back + bill + front + stitch + fret


def belt(leather, thread):
    coil = ring(232, 236, 128, 92, leather, 40) + ring(232, 236, 74, 44, dark(leather, .2), 34)
    tail = stroke("M112 262Q150 366 330 344L396 330", leather, 40)
    stitch = "".join(path(f"M{x} {y}l12 -10l12 10l-12 10Z", thread) for x, y in
                     ((214, 146), (300, 176), (334, 232), (138, 180), (166, 312), (214, 340), (264, 346), (116, 240)))
    buckle = f'<rect x="350" y="298" width="66" height="66" rx="10" fill="none" stroke="#d2a544" stroke-width="13" transform="rotate(-12 383 331)"/>'
    return coil + tail + stitch + buckle + stroke("M362 336L404 328", "#d2a544", 9)


# ---------------------------------------------------------------- jewels


def earrings(metal):
    def one(x):
        hook = stroke(f"M{x} 142Q{x - 4} 96 {x + 22} 98", dark(metal, .3), 6)
        disc = ring(x, 190, 42, 42, metal, 9) + "".join(ring(x + 21 * math.cos(a), 190 + 21 * math.sin(a), 11, 11, metal, 5)
                                                       for a in (math.tau * k / 6 for k in range(6)))
        drops = "".join(stroke(f"M{x + dx} {y}v34", metal, 5) + path(f"M{x + dx} {y + 26}q18 34 0 46q-18 -12 0 -46Z", metal)
                        for dx, y in ((-30, 224), (0, 236), (30, 224)))
        return hook + disc + circle(x, 190, 9, GRANA) + drops
    return moved(-102, -40, one(172) + one(308), 1.4)


def necklace(colours):
    beads = ""
    hues = itertools.cycle(colours)
    for k in range(31):
        angle = math.pi * (0.02 + 0.96 * k / 30)
        x, y = 240 - 150 * math.cos(angle), 100 + 250 * math.sin(angle) ** 1.15
        big = 13 + 8 * math.sin(angle)
        beads += oval(round(x, 1), round(y, 1), big, big * .86, next(hues))
    return stroke("M90 104Q110 60 240 58Q370 60 390 104", KRAFT, 5) + beads


def bracelet(colours):
    shape = "M84 196Q84 176 104 176H376Q396 176 396 196V284Q396 304 376 304H104Q84 304 84 284Z"
    a, b, c = colours
    bead = "".join(diamonds(y, hue, 40, 52, start, 420) for y, hue, start in ((208, b, 66), (272, b, 66), (240, c, 92)))
    dots = "".join(circle(x, y, 2.4, light(a, .25)) for y in range(182, 302, 12) for x in range(90, 396, 12))
    ties = stroke("M86 240Q56 236 40 262M394 240Q424 236 440 262", dark(a, .3), 6)
    return turned(-14, ties + inside_of(shape, a, dots + bead) + circle(40, 266, 9, c) + circle(440, 266, 9, c))


# ---------------------------------------------------------------- table and kitchen


def mug(colour, rim=None, speckled=False, round_body=False, steam=True):
    wisps = stroke("M196 128q-18 -22 0 -42t0 -42M244 128q-18 -22 0 -42t0 -42", "#ffffff", 9) if steam else ""
    handle = ring(338, 254, 44, 54, dark(colour, .12), 22)
    d = ("M134 164H322Q356 250 330 330Q318 376 270 378H186Q138 376 126 330Q100 250 134 164Z" if round_body
         else "M124 162H338L326 360Q324 380 302 380H160Q138 380 136 360Z")
    dots = "".join(circle(120 + (k * 71) % 220, 182 + (k * 47) % 190, 3 + k % 3, light(colour, .6)) for k in range(34))
    shine = rect(152, 190, 16, 150, light(colour, .25), 8)
    inner = dots if speckled else shine
    bands = zigzag(214, light(colour, .45), 6, 20, 12, 100, 380) if round_body else ""
    top = oval(230, 163, 106 if not round_body else 95, 19, rim or dark(colour, .25)) \
        + oval(230, 166, 94 if not round_body else 84, 13, "#5a3a28")
    return ground(384, 120) + wisps + handle + inside_of(d, colour, inner + bands) + top


def cups(colour):
    places = ((150, 190), (240, 190), (330, 190), (150, 300), (240, 300), (330, 300))
    one = path("M-36 -34H36L26 34Q24 42 14 42H-14Q-24 42 -26 34Z", colour) + oval(0, -34, 36, 11, dark(colour, .5)) \
        + path("M-26 -18L-18 30H-10L-14 -16Z", light(colour, .28))
    shadow = '<ellipse cx="0" cy="44" rx="34" ry="7" fill="#3a2f4a" opacity="0.13"/>'
    return moved(-65, -66, "".join(moved(x, y, shadow + one) for x, y in places), 1.27)


def espresso_cups(colour):
    def one(x, y):
        saucer = oval(0, 52, 84, 18, dark(colour, .14)) + oval(0, 48, 84, 18, colour)
        body = path("M-52 -30H52Q50 48 16 50H-16Q-50 48 -52 -30Z", colour) + oval(0, -30, 52, 12, dark(colour, .18)) + oval(0, -28, 44, 9, "#5a3320")
        return moved(x, y, ring(56, 0, 18, 18, colour, 10) + saucer + body + rect(-34, -10, 10, 40, light(colour, .5), 5))
    return moved(-84, -84, one(180, 200) + one(286, 328), 1.35)


def plate(colour, drips):
    spots = "".join(circle(round(240 + r * math.cos(a), 1), round(240 + r * math.sin(a), 1), s, drips) for r, a, s in
                    ((140, 0.3, 9), (132, 1.1, 6), (142, 1.9, 11), (128, 2.6, 7), (140, 3.4, 9), (136, 4.2, 6), (142, 5.0, 10), (130, 5.7, 7)))
    return f'<circle cx="244" cy="252" r="168" fill="#3a2f4a" opacity="0.13"/>' + circle(240, 240, 166, dark(colour, .16)) \
        + circle(240, 238, 162, colour) + spots + circle(240, 240, 104, dark(colour, .12)) + circle(240, 243, 100, light(colour, .14)) + flower(240, 242, 26, drips, CREAM)


def jug(glass, rim):
    handle = stroke("M320 190Q392 196 378 274Q366 326 318 322", dark(glass, .1), 20)
    body = path("M178 110Q190 156 170 186Q126 236 140 318Q152 388 240 390Q328 388 340 318Q354 236 310 186Q290 156 306 104Q330 92 338 84Q250 74 178 110Z", glass)
    water = path("M144 262Q240 284 336 262Q346 296 340 318Q328 388 240 390Q152 388 140 318Q136 290 144 262Z", "#f0c4a8")
    slices = circle(206, 330, 24, "#e98f5a") + circle(206, 330, 17, "#f7c27e") + circle(276, 318, 20, "#86b35b") + circle(276, 318, 13, "#b9d68b")
    bubbles = "".join(circle(x, y, r, light(glass, .6)) for x, y, r in ((190, 220, 6), (280, 216, 5), (244, 240, 7), (226, 190, 4), (304, 246, 5)))
    edge = stroke("M178 110Q250 74 338 84Q330 92 306 104", rim, 13)
    return ground(394, 110) + handle + body + water + slices + bubbles + edge + rect(164, 226, 12, 110, light(glass, .6), 6)


def molcajete(stone):
    legs = "".join(path(f"M{x} 330h44l-10 62h-24Z", dark(stone, .3)) for x in (138, 218, 298))
    pestle = turned(34, path("M226 70h44q10 0 10 12l10 130q0 26 -42 26t-42 -26l10 -130q0 -12 10 -12Z", light(stone, .16)), 250, 150)
    bowl = path("M92 224H388Q388 352 240 356Q92 352 92 224Z", stone)
    specks = "".join(circle(110 + (k * 83) % 262, 250 + (k * 37) % 92, 4 + k % 4, dark(stone, .25)) for k in range(26))
    salsa = oval(240, 224, 148, 32, dark(stone, .35)) + oval(240, 228, 124, 22, "#c23b2c") + circle(200, 226, 7, "#6d9c45") + circle(262, 232, 6, "#6d9c45") + circle(290, 224, 5, CREAM)
    return ground(396, 130) + legs + inside_of("M92 224H388Q388 352 240 356Q92 352 92 224Z", stone, specks) + salsa + moved(54, 6, pestle)


def woven_basket(colour, accent, lid):
    body = "M110 236H370L346 366Q342 382 324 382H156Q138 382 134 366Z"
    weave = "".join(rect(x, y, 22, 13, dark(colour, .17), 5) for k, y in enumerate(range(246, 386, 18)) for x in range(104 + (k % 2) * 18, 380, 36))
    zig = zigzag(300, accent, 10, 26, 20, 100, 390)
    if lid:
        top = path("M92 238Q100 138 240 134Q380 138 388 238Z", colour) + "".join(
            stroke(f"M{112 + k * 8} {228 - k * 24}Q240 {196 - k * 28} {368 - k * 8} {228 - k * 24}", dark(colour, .17), 6) for k in range(4))
        top += rect(84, 226, 312, 24, dark(colour, .28), 11) + circle(240, 130, 17, accent)
    else:
        top = rect(102, 222, 276, 24, dark(colour, .28), 11) + "".join(
            stroke(f"M{x} 228Q{x + 34} 150 {x + 68} 228", dark(colour, .22), 15) for x in (120, 292))
        top = path("M120 230Q180 150 250 182Q330 150 360 230Z", "#e9ded0") + path("M170 230Q220 170 300 230Z", "#d9c9b6") + top
    return ground(388, 128) + inside_of(body, colour, weave + zig) + top


def table_runner(colour, accent):
    cloth = "M190 66H290V414H190Z"
    pattern = stripes([accent, CREAM, accent], y=84, height=9) + diamonds(140, CREAM, 42, 50, 192, 292) + zigzag(170, accent, 7, 20, 12, 180, 310) \
        + diamonds(240, CREAM, 42, 50, 192, 292) + zigzag(300, accent, 7, 20, 12, 180, 310) + diamonds(346, CREAM, 42, 50, 192, 292) + stripes([accent, CREAM, accent], y=372, height=9)
    table = rect(60, 110, 360, 260, WOOD, 14) + "".join(stroke(f"M72 {y}H408", dark(WOOD, .12), 3) for y in (160, 214, 268, 322))
    return table + fringe(190, 414, 100, colour, 22, 10) + fringe(190, 66, 100, colour, 22, 10, False) + inside_of(cloth, colour, pattern)


def chocolate_discs():
    cocoa = "#5d3420"
    def disc(x, y):
        wedges = "".join(stroke(f"M{x} {y}L{round(x + 60 * math.cos(a))} {round(y + 60 * math.sin(a))}", dark(cocoa, .4), 5) for a in (math.tau * k / 6 for k in range(6)))
        return circle(x, y + 7, 66, dark(cocoa, .4)) + circle(x, y, 66, cocoa) + wedges + ring(x, y, 58, 58, light(cocoa, .12), 4)
    wrap = path("M92 98H260L280 214H76Z", GRANA) + rect(104, 128, 148, 44, CREAM, 8) + stroke("M122 150H234", WINE, 8)
    stick = turned(-24, rect(108, 350, 150, 20, "#a3602f", 9) + rect(108, 350, 150, 8, "#bf7a45", 4), 180, 360)
    return wrap + disc(316, 196) + disc(240, 306) + stick


def jar(glass, content, lid, label, mark=""):
    body = rect(136, 150, 208, 240, glass, 30)
    fill = path("M146 196H334V356Q334 380 310 380H170Q146 380 146 356Z", content)
    tag = rect(136, 236, 208, 96, label) + mark
    top = rect(150, 96, 180, 58, lid, 12) + "".join(rect(x, 102, 5, 46, dark(lid, .16), 2) for x in range(164, 322, 16))
    return ground(396, 112) + body + fill + tag + rect(158, 176, 12, 196, light(content, .5), 6) + top


def low_jar(colour, lid, mark):
    body = rect(110, 236, 260, 136, colour, 26) + rect(126, 252, 12, 104, light(colour, .5), 6)
    top = rect(100, 172, 280, 74, lid, 18) + rect(100, 226, 280, 20, dark(lid, .16), 8)
    return ground(378, 140) + body + top + rect(178, 266, 124, 78, light(colour, .75), 10) + mark


def coffee_bag(colour, label, notes):
    body = "M138 116H342Q352 116 352 128L362 380Q362 396 346 396H134Q118 396 118 380L128 128Q128 116 138 116Z"
    side = path("M128 116H152L146 400H110Z", dark(colour, .22))
    top = path("M132 82H348V122H132Z", dark(colour, .3)) + stroke("M132 102H348", dark(colour, .5), 5) + rect(122, 96, 236, 14, "#d2a544", 6)
    tag = rect(168, 190, 152, 140, label, 12) + bean(228, 244, "#6b4024", 24, 1.1) + bean(264, 252, "#85532f", -22, .95)
    dots = "".join(circle(206 + k * 38, 308, 11, c) for k, c in enumerate(notes))
    return ground(402, 128) + inside_of(body, colour, side) + top + tag + dots + circle(240, 152, 11, dark(colour, .35))


def drip_box(colour):
    case = path("M96 196H300V378H96Z", colour) + path("M300 196L350 160V342L300 378Z", dark(colour, .25)) + path("M96 196L146 160H350L300 196Z", light(colour, .25))
    sachet = path("M262 222H402V384H262Z", CREAM) + rect(262, 222, 140, 22, dark(CREAM, .12)) + bean(330, 316, "#6b4024", 24, 1.2)
    cup = rect(126, 240, 84, 90, CREAM, 8) + bean(168, 286, "#85532f", -20, .9)
    return ground(388, 150) + case + cup + sachet + stroke("M262 232H402", "#d2a544", 3)


def dripper(colour):
    cone = path("M112 136H368L282 270H198Z", colour)
    ribs = "".join(stroke(f"M{240 + k * 38} 150L{240 + k * 13} 262", dark(colour, .12), 5) for k in (-2, -1, 0, 1, 2))
    base = rect(148, 264, 184, 24, dark(colour, .14), 12)
    carafe = path("M186 292H294Q342 326 336 372Q332 398 306 398H174Q148 398 144 372Q138 326 186 292Z", GLASS) \
        + path("M146 352H334Q338 398 306 398H174Q142 398 146 352Z", "#6b4024")
    paper = oval(240, 136, 128, 22, dark(colour, .2)) + oval(240, 136, 112, 17, CREAM) + oval(240, 140, 86, 11, "#6b4024")
    return ground(402, 110) + carafe + stroke("M240 288v52", "#6b4024", 6) + ring(368, 196, 24, 26, colour, 13) + cone + ribs + base + paper


def paper_filters():
    def one(x, y, tone):
        return moved(x, y, path("M0 0H230Q244 0 240 14L176 190Q172 200 160 200H70Q58 200 54 190L-10 14Q-14 0 0 0Z", tone)
                     + stroke("M20 30L72 182M210 30L158 182", dark(tone, .1), 4) + rect(70, 178, 90, 10, dark(tone, .1), 4))
    return ground(380, 130) + one(164, 104, "#e3cda6") + one(142, 134, "#ecdbb9") + one(118, 166, "#f6ead0") + rect(182, 236, 100, 44, CLAY, 8) + stroke("M204 258H260", CREAM, 8)


def grinder(colour):
    crank = stroke("M240 112V84H352", STEEL, 13) + circle(356, 84, 22, WOOD) + circle(350, 78, 7, light(WOOD))
    body = rect(176, 116, 128, 264, colour, 22) + rect(190, 132, 14, 232, light(colour, .3), 7)
    bands = rect(176, 200, 128, 46, WOOD) + rect(176, 308, 128, 10, dark(colour, .4)) + oval(240, 120, 64, 15, dark(colour, .3))
    return ground(386, 90) + crank + body + bands + bean(346, 366, "#6b4024", 60, .8) + bean(136, 372, "#85532f", -50, .8) + bean(384, 342, "#85532f", 10, .7)


def french_press():
    frame = rect(150, 140, 180, 250, GLASS, 18) + rect(150, 240, 180, 140, "#6b4024", 14) + rect(156, 232, 168, 16, STEEL, 5)
    legs = "".join(rect(x, 136, 14, 262, STEEL, 6) for x in (146, 233, 320)) + rect(146, 212, 188, 14, STEEL, 6) + rect(140, 384, 200, 18, STEEL, 8)
    lid = path("M140 146Q146 104 240 102Q334 104 340 146Z", INK) + rect(234, 64, 12, 44, STEEL) + circle(240, 60, 17, INK)
    return ground(404, 116) + stroke("M336 168Q408 170 406 262Q404 344 338 346", INK, 20) + frame + legs + lid


def kettle(colour):
    body = path("M154 190H302L334 352Q336 378 312 378H144Q120 378 122 352Z", colour)
    spout = stroke("M138 330Q74 322 86 248Q94 208 62 196", colour, 17)
    handle = stroke("M300 204Q410 172 410 258V320", INK, 21)
    lid = path("M164 192Q170 158 228 156Q286 158 292 192Z", dark(colour, .25)) + circle(228, 148, 15, INK)
    plate_base = rect(106, 376, 244, 24, INK, 10) + rect(292, 382, 40, 11, "#7fd1c0", 4)
    return ground(404, 140) + spout + handle + body + lid + plate_base + rect(160, 214, 15, 130, light(colour, .4), 7)


def scale():
    plate_top = rect(96, 180, 288, 150, INK, 24) + rect(110, 192, 260, 96, "#43454f", 16) + rect(190, 296, 100, 26, "#0f1a1c", 6)
    digits = "".join(stroke(d, "#9ff0d8", 4) for d in ("M204 303v12", "M216 303h10v6h-10v6h10", "M238 315h1", "M248 303h10v12h-10Z", "M268 303v6h9M277 303v12"))
    cup = path("M178 132H302L290 228Q288 240 274 240H206Q192 240 190 228Z", CREAM) + oval(240, 132, 62, 13, dark(CREAM, .15)) + oval(240, 134, 52, 9, "#6b4024")
    return ground(336, 150) + plate_top + digits + circle(122, 309, 7, STEEL) + circle(358, 309, 7, STEEL) + ring(306, 180, 20, 24, CREAM, 11) + cup


def bottle(colour, lid, wide=False):
    loop = stroke("M206 96Q206 54 240 54Q274 54 274 96", lid, 15)
    cap_part = rect(186 if wide else 198, 88, 108 if wide else 84, 50, lid, 12)
    body = "M186 140H294Q298 168 318 184Q330 196 330 220V374Q330 400 304 400H176Q150 400 150 374V220Q150 196 162 184Q182 168 186 140Z"
    shine = rect(170, 214, 15, 156, light(colour, .28), 7) + rect(140, 368, 200, 8, dark(colour, .2))
    badge = path("M206 306L232 264L248 286L258 274L280 306Z", light(colour, .65)) + circle(264, 256, 8, light(colour, .65))
    return ground(404, 98) + loop + cap_part + rect(190, 134, 100, 12, STEEL) + inside_of(body, colour, shine) + badge


def sip_lid():
    base = rect(116, 236, 248, 108, INK, 26) + "".join(rect(x, 246, 8, 88, "#454751", 3) for x in range(136, 350, 22))
    top = path("M134 240Q140 164 240 162Q340 164 346 240Z", "#40424d") + oval(240, 196, 62, 17, "#2a2b33") + rect(262, 164, 60, 28, RUST, 10)
    return ground(352, 130) + base + top + stroke("M118 236H362", "#5b5e6a", 7) + stroke("M150 128q-12 -18 0 -34M200 122q-12 -18 0 -34", "#ffffff", 9)


def tumbler(colour):
    body = "M142 142H338L306 386Q304 400 288 400H192Q176 400 174 386Z"
    top = rect(130, 104, 220, 44, INK, 16) + path("M148 106Q154 78 240 76Q326 78 332 106Z", "#3d3f49") + rect(264, 82, 42, 14, RUST, 6)
    return ground(404, 86) + inside_of(body, colour, rect(166, 160, 16, 240, light(colour, .35), 8) + rect(120, 300, 240, 10, dark(colour, .2))) + top


def thermos(colour):
    top = path("M176 140V92Q178 62 240 60Q302 62 304 92V140Z", STEEL) + rect(170, 132, 140, 16, dark(STEEL), 6)
    body = rect(160, 146, 160, 256, colour, 28)
    return ground(406, 98) + top + body + rect(178, 168, 15, 206, light(colour, .3), 7) + rect(160, 350, 160, 10, dark(colour, .22)) + leaf(250, 300, 70, light(colour, .6), 24)


def cold_brew():
    body = path("M208 112H272Q272 170 300 196Q318 212 318 240V372Q318 398 292 398H188Q162 398 162 372V240Q162 212 180 196Q208 170 208 112Z", "#5a331f")
    label = rect(162, 258, 156, 84, CREAM) + bean(240, 300, "#6b4024", 24, 1.1)
    return ground(402, 90) + body + rect(202, 80, 76, 38, INK, 8) + label + rect(178, 222, 11, 158, "#8a5a3d", 5)


def pouch(colour, label, bits):
    body = "M128 110H352Q346 250 362 366Q366 398 334 398H146Q114 398 118 366Q134 250 128 110Z"
    top = rect(124, 84, 232, 38, dark(colour, .16), 8) + stroke("M136 110H344", dark(colour, .36), 4)
    window = oval(240, 316, 74, 56, light(colour, .5)) + "".join(
        turned(k * 47, oval(240 + 40 * math.cos(k * 1.7), 316 + 28 * math.sin(k * 2.3), 15, 9, c), 240 + 40 * math.cos(k * 1.7), 316 + 28 * math.sin(k * 2.3))
        for k, c in enumerate(bits * 4))
    return ground(402, 124) + path(body, colour) + top + rect(164, 156, 152, 78, label, 10) + stroke("M188 184H292M204 208H276", dark(colour, .4), 9) + window


def chocolate_bar():
    cocoa = "#553020"
    block = rect(150, 70, 180, 210, cocoa, 8) + "".join(rect(160 + i * 57, 80 + j * 50, 48, 40, light(cocoa, .1), 5) for i in range(3) for j in range(4))
    foil = path("M140 216L168 200L196 218L226 200L256 218L286 200L314 218L340 204V412H140Z", STEEL)
    wrap = path("M136 252H344V412H136Z", FOREST) + rect(160, 284, 160, 96, CREAM, 10) + stroke("M192 322H288", FOREST, 11) + stroke("M212 350H268", OCHRE, 9)
    return turned(8, block + foil + wrap)


# ---------------------------------------------------------------- bath and skin


def soap(colour, sprig):
    back = turned(-8, rect(126, 158, 216, 124, dark(colour, .12), 30))
    bar = turned(5, rect(112, 214, 250, 136, colour, 34) + rect(130, 230, 214, 104, light(colour, .22), 24)
                 + stroke("M186 282H290", dark(colour, .22), 11) + stroke("M206 306H270", dark(colour, .22), 8))
    foam = "".join(circle(x, y, r, "#ffffff") for x, y, r in ((112, 356, 24), (146, 372, 18), (368, 340, 22), (340, 366, 28), (302, 378, 16)))
    return ground(376, 140) + back + bar + foam + turned(-30, "".join(leaf(356, 170 - k * 4, 62, sprig, a) for k, a in enumerate((-50, 0, 50))), 356, 170)


def hair_bar(colour, swirl):
    puck = oval(240, 300, 132, 60, dark(colour, .2)) + rect(108, 250, 264, 50, dark(colour, .2)) + oval(240, 250, 132, 60, colour)
    mark = stroke("M184 252q26 -34 56 0t56 0", swirl, 11) + stroke("M206 274q18 -20 36 0t36 0", swirl, 8)
    bubbles = "".join(ring(x, y, r, r, "#ffffff", 6) for x, y, r in ((160, 150, 26), (226, 116, 18), (300, 156, 32), (352, 108, 15), (116, 108, 13)))
    return ground(366, 140) + puck + mark + bubbles


def cream_tube(colour, mark):
    body = path("M150 92H330L300 330H180Z", colour) + rect(144, 74, 192, 30, dark(colour, .14), 6) + path("M160 104H186L202 330H180Z", light(colour, .4))
    tip = rect(178, 330, 124, 66, dark(colour, .45), 12)
    return ground(400, 84) + body + tip + mark


def pump_bottle(colour, label):
    pump = rect(228, 102, 24, 60, INK) + path("M176 84H258Q276 84 276 106V112H222L176 104Z", INK) + rect(198, 148, 84, 32, INK, 8)
    body = rect(156, 174, 168, 226, colour, 34)
    return ground(404, 98) + pump + body + rect(176, 232, 128, 116, label, 12) + leaf(240, 330, 78, MOSS) + leaf(240, 330, 56, light(MOSS), 48) + leaf(240, 330, 56, light(MOSS), -48)


def dropper():
    amber = "#9c5a21"
    rubber = path("M214 118V76Q216 52 240 52Q264 52 266 76V118Z", INK) + rect(204, 112, 72, 44, "#3a3b44", 7)
    body = path("M208 156H272V188Q324 202 324 248V370Q324 400 294 400H186Q156 400 156 370V248Q156 202 208 188Z", amber)
    label = rect(156, 264, 168, 98, CREAM) + flower(240, 312, 19, PINK)
    return ground(404, 92) + rubber + body + label + rect(174, 232, 12, 148, light(amber, .35), 6) + path("M374 250q24 38 0 52q-24 -14 0 -52Z", "#d8923c")


def lip_balm(colour):
    lying = turned(52, rect(196, 120, 88, 236, WHITE, 18) + rect(196, 120, 88, 104, colour, 18) + rect(196, 196, 88, 30, colour))
    stick = rect(150, 190, 92, 196, colour, 16) + rect(158, 140, 76, 64, dark(WHITE, .1)) + path("M164 146V96Q170 72 204 84L228 110V146Z", "#f4dcc0") + rect(150, 186, 92, 26, dark(colour, .18), 6)
    return ground(390, 120) + moved(110, 40, lying, .8) + stick + flower(196, 300, 13, CREAM)


def loofah(colour):
    body = "M150 150Q138 104 186 100Q240 92 286 106Q334 118 328 190Q322 280 334 332Q338 390 274 392Q208 398 166 384Q136 372 148 306Q158 222 150 150Z"
    net = "".join(stroke(f"M120 {y}Q190 {y + 34} 240 {y}T360 {y}", dark(colour, .22), 5) for y in range(96, 400, 26))
    net += "".join(stroke(f"M{x} 90Q{x + 24} 170 {x} 240T{x} 400", dark(colour, .16), 5) for x in range(150, 350, 28))
    return ground(398, 100) + stroke("M240 104Q200 40 252 44Q288 54 250 104", CREAM, 13) + inside_of(body, colour, net)


def gift_box(colour, ribbon):
    base = rect(106, 214, 268, 176, colour, 10) + rect(90, 166, 300, 62, dark(colour, .1), 10)
    band = rect(216, 166, 48, 224, ribbon) + rect(90, 186, 300, 16, dark(ribbon, .12))
    bow = path("M240 166Q162 76 146 122Q142 160 240 166ZM240 166Q318 76 334 122Q338 160 240 166Z", ribbon) + circle(240, 160, 19, dark(ribbon, .2))
    return ground(396, 146) + base + band + bow + leaf(128, 352, 60, MOSS, 24) + leaf(146, 356, 50, light(MOSS, .2), 64)


# ---------------------------------------------------------------- home


def vase(colour, flowers=True):
    stems = "".join(stroke(f"M240 150Q{240 + k * 10} 110 {240 + k * 34} {62 + abs(k) * 16}", MOSS, 5) + circle(240 + k * 34, 60 + abs(k) * 16, 15, OCHRE if k % 2 else GRANA)
                    for k in (-2, -1, 0, 1, 2)) if flowers else ""
    body = "M204 140H276Q272 184 312 216Q352 254 342 318Q332 392 240 394Q148 392 138 318Q128 254 168 216Q208 184 204 140Z"
    cuts = "".join(path(f"M{x} 214l12 16l-12 16l-12 -16Z", dark(colour, .6)) for x in (190, 224, 258, 292))
    return ground(398, 104) + stems + inside_of(body, colour, cuts + path("M158 270Q160 230 188 216L196 230Q172 262 176 330Z", light(colour, .25))) + oval(240, 140, 38, 10, dark(colour, .4))


def plant_pot(colour):
    leaves = "".join(leaf(240, 246, 150 - abs(k) * 16, c, k * 27) for k, c in ((-3, MOSS), (3, MOSS), (-2, "#5d8a4f"), (2, "#5d8a4f"), (-1, MOSS), (1, "#719c5c"), (0, "#5d8a4f")))
    pot = path("M140 236H340L318 366Q316 378 302 378H178Q164 378 162 366Z", colour) + rect(128, 220, 224, 40, dark(colour, .1), 10)
    return ground(404, 116) + leaves + pot + rect(136, 374, 208, 24, dark(colour, .2), 12) + rect(172, 274, 13, 84, light(colour, .3), 6)


def cat_figure():
    coat = "#2d8f9b"
    tail = stroke("M330 330Q416 310 392 216Q380 184 400 158", coat, 30) + "".join(circle(x, y, 7, OCHRE) for x, y in ((372, 306), (394, 262), (390, 216), (394, 176)))
    body = "M196 214Q156 280 150 380H338Q352 270 288 214Z"
    head = "M150 168L152 84L198 116Q240 104 282 116L328 84L330 168Q330 234 240 236Q150 234 150 168Z"
    marks = "".join(circle(170 + (k * 59) % 160, 240 + (k * 41) % 136, 5 + k % 4, c) for k, c in enumerate([OCHRE, PINK, CREAM, GRANA] * 7))
    face = circle(206, 166, 17, CREAM) + circle(274, 166, 17, CREAM) + circle(206, 166, 9, INK) + circle(274, 166, 9, INK)
    face += path("M228 190H252L240 204Z", GRANA) + stroke("M240 204q-12 16 -26 8M240 204q12 16 26 8", INK, 5)
    brow = diamonds(134, OCHRE, 18, 24, 206, 274) + zigzag(222, PINK, 5, 12, 7, 186, 300)
    ears = path("M162 108L164 148L188 124ZM318 108L316 148L292 124Z", GRANA)
    feet = oval(196, 380, 42, 18, GRANA) + oval(290, 380, 42, 18, GRANA)
    return ground(396, 126) + tail + inside_of(body, coat, marks + zigzag(352, GRANA, 7)) + inside_of(head, coat, brow) + ears + face + feet


def rug(colour):
    cloth = "M96 112H384V368H96Z"
    inner = stripes([GRANA], y=112, height=26) + stripes([INDIGO], y=342, height=26) + zigzag(150, OCHRE, 9, 28, 18, 90, 410) + zigzag(318, OCHRE, 9, 28, 18, 90, 410)
    centre = "".join(path(f"M{240} {240 - s}L{240 + s * 1.7} 240L240 {240 + s}L{240 - s * 1.7} 240Z", c) for s, c in ((64, GRANA), (46, CREAM), (30, INDIGO), (13, OCHRE)))
    sides = "".join(path(f"M{x} 240l24 -26l24 26l-24 26Z", INDIGO) for x in (100, 332))
    return f'<rect x="102" y="124" width="288" height="256" fill="#3a2f4a" opacity="0.13"/>' + inside_of(cloth, colour, inner + centre + sides) \
        + turned(90, fringe(112, 72, 256, CREAM, 24, 11), 240, 240) + turned(-90, fringe(112, 72, 256, CREAM, 24, 11), 240, 240)


def cushion(colour, pattern):
    body = "M96 112Q110 98 132 110Q240 132 348 110Q370 98 384 112Q396 128 372 146Q352 240 372 334Q396 352 384 368Q370 382 348 370Q240 348 132 370Q110 382 96 368Q84 352 108 334Q128 240 108 146Q84 128 96 112Z"
    return ground(384, 140) + inside_of(body, colour, pattern)


def woven_lozenges(colour):
    return "".join(path(f"M{x} {y}l26 30l-26 30l-26 -30Z", colour) for row, y in enumerate(range(66, 400, 60)) for x in range(100 + (row % 2) * 34, 420, 68))


def embroidered_leaf(colour):
    return stroke("M240 346Q236 240 240 146", colour, 6) + "".join(leaf(240, y, 66, colour, a) for y in (330, 284, 238) for a in (-52, 52)) + leaf(240, 192, 58, colour)


def tin_heart(colour):
    heart = "M240 372Q96 280 96 190Q98 118 164 116Q214 116 240 166Q266 116 316 116Q382 118 384 190Q384 280 240 372Z"
    small = "M240 316Q152 256 152 204Q154 166 188 166Q222 168 240 208Q258 168 292 166Q326 166 328 204Q328 256 240 316Z"
    rays = "".join(turned(k * 24, path("M232 84L240 30L248 84Z", "#d9b24a"), 240, 226) for k in range(-7, 8))
    dots = "".join(circle(x, y, 5, light(colour, .5)) for x, y in ((126, 180), (136, 230), (164, 276), (204, 316), (354, 180), (344, 230), (316, 276), (276, 316), (166, 142), (314, 142)))
    flame = path("M240 126Q196 84 236 40Q238 66 256 72Q280 92 240 126Z", OCHRE) + path("M240 122Q222 98 240 76Q258 98 240 122Z", "#f6d677")
    return rays + path(heart, colour) + dots + path(small, light(colour, .18)) + flower(240, 228, 24, "#f3d7dc") + flame


def tapers(colour):
    def one(x, top):
        twist = "".join(stroke(f"M{x - 22} {y}q22 16 44 -8", dark(colour, .2), 6) for y in range(top + 30, 372, 26))
        return rect(x - 22, top, 44, 386 - top, colour, 12) + twist + stroke(f"M{x} {top}v-18", INK, 5) + path(f"M{x} {top - 64}q30 36 0 52q-30 -16 0 -52Z", "#f2a93b") + path(f"M{x} {top - 42}q13 18 0 27q-13 -9 0 -27Z", "#fbe08a")
    return ground(392, 110) + one(186, 152) + one(292, 190)


def jar_candle(glass, wax, label):
    body = rect(140, 176, 200, 218, glass, 22) + rect(150, 214, 180, 170, wax, 16) + oval(240, 214, 90, 14, light(wax, .3))
    flame = stroke("M240 214v-26", INK, 6) + path("M240 110q44 54 0 82q-44 -28 0 -82Z", "#f2a93b") + path("M240 146q20 26 0 42q-20 -16 0 -42Z", "#fbe08a")
    return f'<circle cx="240" cy="150" r="92" fill="#ffffff" opacity="0.45"/>' + ground(398, 110) + body + flame + rect(172, 270, 136, 80, label, 8) + leaf(240, 338, 54, MOSS) + leaf(240, 338, 40, light(MOSS), 52) + leaf(240, 338, 40, light(MOSS), -52)


def diffuser():
    sticks = "".join(stroke(f"M240 250L{240 + k * 26} {70 + abs(k) * 10}", WOOD, 7) for k in (-3, -2, -1, 1, 2, 3))
    body = path("M208 214H272V250Q334 266 334 322V364Q334 394 304 394H176Q146 394 146 364V322Q146 266 208 250Z", GLASS) \
        + path("M150 320H330V364Q330 390 304 390H176Q150 390 150 364Z", "#e6c98c")
    return ground(398, 108) + sticks + body + rect(202, 200, 76, 28, dark(WOOD), 6) + rect(184, 296, 112, 66, CREAM, 8) + flower(240, 328, 15, "#fff", OCHRE)


def hammock(colours):
    trunk = rect(52, 60, 34, 344, "#8a6244", 12) + rect(394, 60, 34, 344, "#8a6244", 12)
    ropes = stroke("M86 132L138 216M86 132L150 200M394 132L342 216M394 132L330 200", CREAM, 6)
    bed = "M126 202Q240 268 354 202Q372 214 360 238Q300 346 240 346Q180 346 120 238Q108 214 126 202Z"
    lines = "".join(stroke(f"M100 {190 + k * 22}Q240 {280 + k * 26} 380 {190 + k * 22}", c, 13) for k, c in enumerate((colours * 3)[1:7]))
    return ground(404, 180) + trunk + ropes + inside_of(bed, colours[0], lines) + fringe(172, 318, 136, colours[1], 34, 12)


def notebook():
    cover = rect(138, 88, 210, 300, GRANA, 12) + rect(138, 88, 34, 300, dark(GRANA, .25), 8)
    pages = rect(150, 98, 208, 296, CREAM, 8)
    thread = "".join(stroke(f"M146 {y}h20", CREAM, 5) for y in range(120, 372, 28))
    bird = flower(262, 214, 32, PINK) + leaf(262, 318, 72, "#5d8a4f", 24) + leaf(262, 318, 72, "#5d8a4f", -24)
    return ground(400, 116) + pages + cover + thread + bird


def folded(colour, stripe_colours, fringed=True, layers=3):
    out = ground(376, 150)
    heights = [302, 244, 186][:layers] if layers == 3 else [302, 244]
    for k, y in enumerate(heights):
        tone = colour if k % 2 == 0 else dark(colour, .1)
        d = f"M104 {y}Q84 {y} 84 {y + 32}Q84 {y + 64} 104 {y + 64}H396V{y}Z"
        lines = "".join(rect(150 + j * 30, y - 4, 14, 76, c) for j, c in enumerate(stripe_colours)) if stripe_colours else ""
        out += inside_of(d, tone, lines) + stroke(f"M396 {y + 62}H104", dark(colour, .25), 3)
        if fringed:
            out += "".join(stroke(f"M396 {yy}h18", dark(colour, .06), 4) for yy in range(y + 6, y + 62, 9))
    return moved(-6, -20, out)


def towels(colour):
    stack = folded(colour, [], False)
    return stack + "".join(rect(110, y, 280, 8, dark(colour, .16)) for y in (214, 272, 330)) + moved(0, 0, leaf(330, 172, 66, MOSS, 66) + leaf(330, 172, 50, light(MOSS, .2), 24))


def cutting_board(wood):
    board = rect(120, 150, 240, 250, wood, 34) + rect(206, 62, 68, 120, wood, 30) + circle(240, 94, 15, dark(wood, .5))
    grain = "".join(stroke(f"M{x} 170Q{x + 14} 270 {x} 384", dark(wood, .1), 5) for x in (156, 196, 236, 276, 316))
    groove = f'<rect x="138" y="168" width="204" height="214" rx="24" fill="none" stroke="{dark(wood, .22)}" stroke-width="5"/>'
    tomato = circle(292, 326, 34, "#cf4a36") + leaf(292, 300, 24, "#5d8a4f", 50) + leaf(292, 300, 24, "#5d8a4f", -50)
    return turned(8, board + grain + groove + tomato)


def wooden_spoons(wood):
    spoon = rect(-9, -20, 18, 230, wood, 9) + oval(0, -58, 36, 54, wood) + oval(0, -56, 24, 40, dark(wood, .22))
    spatula = rect(-9, -20, 18, 230, dark(wood, .12), 9) + path("M-32 -112Q0 -124 32 -112L26 -14Q0 6 -26 -14Z", dark(wood, .12))
    fork = rect(-9, -20, 18, 230, light(wood, .14), 9) + oval(0, -62, 32, 48, light(wood, .14)) + rect(-4, -112, 8, 50, ON_MINT, 4)

    def place(inside, degrees):
        return f'<g transform="translate(240 200) rotate({degrees} 0 130)">{inside}</g>'

    return place(spatula, -26) + place(fork, 26) + place(spoon, 0) + rect(196, 322, 88, 17, CLAY, 8)


def table_lamp(shade):
    glow = '<ellipse cx="240" cy="250" rx="170" ry="120" fill="#fff3c4" opacity="0.7"/>'
    base = rect(228, 230, 24, 130, WOOD, 8) + oval(240, 300, 42, 56, WOOD) + rect(168, 356, 144, 32, dark(WOOD, .2), 14) + oval(224, 286, 8, 26, light(WOOD, .3))
    top = path("M176 82H304L352 232Q240 250 128 232Z", shade) + path("M128 232Q240 250 352 232L349 220Q240 238 131 220Z", dark(shade, .18))
    return glow + ground(392, 110) + base + top


def placemats(colour, trim):
    def mat(y, tone):
        return inside_of(box_path(92, y, 296, 200), tone, rect(92, y + 16, 296, 9, trim) + rect(92, y + 176, 296, 9, trim)
                         + "".join(rect(x, y, 3, 200, dark(tone, .07)) for x in range(104, 388, 14)))
    dish = circle(240, 262, 76, dark(WHITE, .1)) + circle(240, 259, 74, WHITE) + circle(240, 260, 50, dark(WHITE, .06))
    fork = "".join(rect(x, 206, 5, 34, STEEL, 2) for x in (122, 131, 140)) + rect(122, 234, 23, 12, STEEL, 5) + rect(130, 240, 7, 84, STEEL, 3)
    return ground(376, 160) + moved(14, -46, mat(150, dark(colour, .16))) + moved(7, -22, mat(150, dark(colour, .08))) + mat(152, colour) + dish + fork


# ---------------------------------------------------------------- camp and trail


def tent(colour, fly):
    hill = path("M40 360Q140 320 240 344Q340 320 440 360Z", "#bcd3b4")
    body = path("M240 116L404 366H76Z", colour) + path("M240 116L404 366H300Z", dark(colour, .2))
    door = path("M240 172L292 366H188Z", INK) + path("M240 172L188 366H152Q214 320 240 172Z", fly)
    ropes = stroke("M96 336L48 374M384 336L432 374", CREAM, 5) + stroke("M240 116V96", STEEL, 8)
    return hill + body + door + ropes + circle(350, 92, 28, "#f7d774")


def footprint(colour):
    sheet = path("M86 176L298 118L402 292L180 372Z", colour) + path("M298 118L402 292L340 314L254 130Z", dark(colour, .15))
    fold = path("M86 176L180 372L232 353L150 158Z", light(colour, .15))
    loops = "".join(ring(x, y, 13, 13, OCHRE, 7) for x, y in ((80, 170), (306, 112), (412, 296), (174, 384)))
    return f'<path d="M92 194L304 136L408 310L186 390Z" fill="#3a2f4a" opacity="0.13"/>' + sheet + fold + loops


def sleeping_bag(colour, lining):
    body = "M240 62Q346 66 344 196L316 372Q306 412 240 412Q174 412 164 372L136 196Q134 66 240 62Z"
    baffles = "".join(stroke(f"M120 {y}Q240 {y + 30} 360 {y}", dark(colour, .18), 6) for y in range(210, 400, 42))
    hood = oval(240, 146, 76, 64, lining) + oval(240, 152, 52, 44, dark(lining, .5)) + oval(240, 170, 46, 24, WHITE)
    return inside_of(body, colour, baffles) + hood + stroke("M314 170Q302 300 290 380", OCHRE, 6)


def sleeping_pad(colour):
    body = rect(142, 70, 196, 330, colour, 34)
    cells = "".join(rect(158 + i * 58, 88 + j * 50, 48, 40, light(colour, .18), 14) for i in range(3) for j in range(6))
    valve = circle(322, 382, 13, INK) + circle(322, 382, 6, OCHRE)
    roll = oval(116, 352, 50, 50, dark(colour, .2)) + oval(116, 352, 32, 32, colour) + oval(116, 352, 15, 15, dark(colour, .3))
    return ground(404, 130) + turned(7, body + cells + valve) + roll + rect(66, 342, 100, 14, INK, 6)


def straps(colour):
    coil = "".join(ring(x, 250, r, r, c, 17) for x in (160, 320) for r, c in ((76, colour), (53, dark(colour, .2)), (31, colour)))
    tails = stroke("M160 174Q240 130 240 88M320 174Q380 150 396 106", colour, 17)
    clips = ring(240, 72, 17, 25, STEEL, 9) + ring(400, 92, 17, 25, STEEL, 9)
    stitches = "".join(stroke(f"M{x - 13} {y}h26", OCHRE, 5) for x in (160, 320) for y in (326, 303, 281))
    return ground(340, 150) + coil + tails + clips + stitches


def camp_chair(colour):
    legs = stroke("M130 396L318 262M350 396L162 262M168 396L146 210M312 396L334 210", INK, 11)
    back = path("M132 104Q240 132 348 104L336 262Q240 290 144 262Z", colour) + path("M132 104Q240 132 348 104L346 126Q240 154 134 126Z", dark(colour, .25))
    seat = path("M136 258Q240 292 344 258L366 306Q240 338 114 306Z", dark(colour, .14))
    arms = stroke("M112 220H148M332 220H368", dark(colour, .35), 17)
    mug_on = rect(96, 180, 36, 36, RUST if colour != RUST else SLATE, 6)
    return ground(402, 150) + legs + back + seat + arms + mug_on


def stove():
    flames = "".join(path(f"M{x} 190q24 30 0 52q-24 -22 0 -52Z", "#3c8fd0") for x in (204, 240, 276)) + path("M240 174q16 26 0 42q-16 -16 0 -42Z", "#9fd4f3")
    arms = stroke("M240 262L150 224V196M240 262L330 224V196M240 262V236", STEEL, 12)
    burner = rect(196, 232, 88, 26, dark(STEEL, .35), 10) + rect(226, 256, 28, 50, STEEL, 5) + stroke("M254 284H322", OCHRE, 8) + ring(334, 284, 14, 14, OCHRE, 7)
    can = path("M150 326Q152 304 184 300H296Q328 304 330 326V376Q330 396 308 396H172Q150 396 150 376Z", RUST) + rect(150, 338, 180, 30, CREAM) + rect(150, 346, 180, 5, RUST)
    return ground(402, 110) + can + burner + arms + flames


def cookset():
    def pot(x, y, width, height, tone):
        return rect(x, y, width, height, tone, 20) + rect(x - 8, y - 6, width + 16, 18, light(tone, .2), 8) + rect(x + 18, y + 26, 13, height - 50, light(tone, .25), 6)
    large = pot(96, 214, 220, 170, SLATE) + stroke("M316 250H382Q402 250 402 270", RUST, 15)
    lid = path("M92 206Q100 170 206 168Q312 170 320 206Z", "#6b7889") + rect(190, 150, 32, 22, RUST, 8) + "".join(circle(x, 194, 4, INK) for x in (270, 282, 294))
    small = pot(258, 290, 128, 100, "#6b7889") + stroke("M386 316H424", RUST, 12)
    return ground(394, 170) + large + lid + small


def camp_spoon(colour):
    body = rect(228, 186, 24, 216, colour, 11) + oval(240, 134, 44, 66, colour) + oval(240, 132, 31, 50, dark(colour, .2)) + circle(240, 384, 6, CREAM)
    second = rect(228, 186, 24, 216, SLATE, 11) + oval(240, 134, 44, 66, SLATE) + oval(240, 132, 31, 50, dark(SLATE, .2))
    return moved(40, 0, turned(28, second)) + moved(-20, 0, turned(-18, body))


def water_filter():
    bag = path("M158 62H322Q334 62 334 76L318 232Q316 244 302 244H178Q164 244 162 232L146 76Q146 62 158 62Z", "#8cc1e0") \
        + path("M152 128Q196 112 240 128T328 128L318 232Q316 244 302 244H178Q164 244 162 232Z", LAKE) + rect(212, 240, 56, 22, INK, 6)
    core = rect(198, 260, 84, 112, WHITE, 16) + rect(212, 276, 56, 80, "#cfe4ee", 10) + "".join(rect(x, 280, 3, 72, LAKE) for x in (222, 232, 242, 252)) + rect(198, 306, 84, 12, RUST)
    tip = path("M214 372H266L254 398H226Z", INK) + path("M240 404q14 22 0 32q-14 -10 0 -32Z", LAKE)
    return bag + core + tip


def filter_cartridge():
    body = rect(174, 112, 132, 268, WHITE, 24) + rect(194, 158, 92, 176, "#cfe4ee", 14)
    fibres = "".join(rect(x, 166, 4, 160, LAKE, 2) for x in range(204, 280, 11))
    ends = rect(162, 96, 156, 44, INK, 12) + rect(162, 352, 156, 44, INK, 12) + rect(214, 70, 52, 32, "#43454f", 8)
    return ground(400, 90) + body + fibres + ends + rect(174, 232, 132, 24, RUST) + stroke("M336 180q40 -20 52 20M388 200l-18 -4M388 200l6 -18", SLATE, 8)


def headlamp(colour):
    back = ring(240, 196, 156, 84, dark(colour, .35), 34)
    band = stroke("M84 196Q96 280 240 280Q384 280 396 196", colour, 40) + stroke("M84 196Q96 280 240 280Q384 280 396 196", OCHRE, 6)
    beam = '<path d="M178 316L92 440H388L302 316Z" fill="#fff0b3" opacity="0.9"/>'
    body = rect(164, 222, 152, 118, INK, 34) + circle(240, 282, 43, STEEL) + circle(240, 282, 33, "#fff6d6")
    body += circle(240, 282, 15, "#ffe07a") + circle(186, 244, 8, "#d8473a") + rect(212, 212, 56, 18, RUST, 6)
    return back + beam + band + body


def lantern():
    glow = '<circle cx="240" cy="250" r="168" fill="#fff2c0" opacity="0.75"/>'
    handle = stroke("M176 150Q180 62 240 60Q300 62 304 150", INK, 12)
    body = rect(156, 176, 168, 168, "#ffe9a3", 20) + "".join(stroke(f"M160 {y}H320", "#e8c767", 5) for y in (206, 232, 258, 284, 310)) + circle(240, 258, 40, "#fff9e2")
    ends = rect(142, 140, 196, 46, RUST, 16) + rect(142, 336, 196, 52, RUST, 16) + circle(240, 362, 12, CREAM)
    return glow + ground(394, 110) + handle + body + ends


def battery_cells():
    def cell(x):
        return rect(x, 128, 92, 258, FOREST, 14) + rect(x, 128, 92, 62, dark(FOREST, .4), 14) + rect(x, 172, 92, 18, OCHRE) + rect(x + 30, 108, 32, 26, STEEL, 6) + rect(x + 14, 208, 11, 156, light(FOREST, .35), 5) + stroke(f"M{x + 54} 248l-18 34h20l-14 34", CREAM, 8)
    return ground(390, 120) + cell(138) + cell(250)


def power_bank(colour):
    body = rect(150, 84, 180, 312, colour, 30) + rect(166, 100, 13, 280, light(colour, .22), 6)
    ports = rect(196, 84, 36, 15, INK, 6) + rect(252, 84, 44, 15, INK, 3)
    lights = "".join(circle(206 + k * 24, 352, 6, "#9ff0d8" if k < 3 else dark(colour, .4)) for k in range(4))
    return ground(400, 100) + body + ports + lights + path("M252 168L204 254H240L226 318L282 226H246Z", OCHRE)


def cable(colour):
    cord = stroke("M118 118Q60 300 190 318Q330 328 318 220Q300 140 220 176Q160 212 220 288Q280 366 370 330", colour, 15)
    braid = (f'<path d="M118 118Q60 300 190 318Q330 328 318 220Q300 140 220 176Q160 212 220 288Q280 366 370 330" fill="none" '
             f'stroke="{light(colour, .4)}" stroke-width="4" stroke-dasharray="6 9"/>')
    def plug(x, y, degrees):
        return f'<g transform="translate({x} {y}) rotate({degrees})">{rect(-19, -8, 38, 62, INK, 9)}{rect(-13, -38, 26, 34, STEEL, 8)}{rect(-7, -26, 14, 5, "#6f7a83", 2)}</g>'
    return cord + braid + plug(128, 92, 14) + plug(386, 322, 70) + rect(204, 300, 36, 34, OCHRE, 7)


def wall_charger():
    prongs = rect(196, 76, 20, 58, STEEL, 4) + rect(264, 76, 20, 58, STEEL, 4)
    body = rect(136, 126, 208, 236, WHITE, 38) + rect(136, 126, 208, 52, dark(WHITE, .07), 30)
    ports = "".join(rect(204, y, 72, 26, INK, 13) + rect(216, y + 10, 48, 6, "#6f7a83", 3) for y in (236, 286))
    return ground(372, 120) + prongs + body + ports + path("M246 186L226 216H242L236 232L258 206H244Z", OCHRE)


def solar_panel():
    def panel(x, skew):
        cells = "".join(rect(x + 10 + i * 40, 138 + j * 46, 34, 40, "#2d4a7d", 4) for i in range(2) for j in range(4))
        return f'<g transform="skewY({skew})">{rect(x, 128, 96, 204, INK, 8)}{cells}</g>'
    sun = circle(372, 82, 32, "#f5c84b") + "".join(turned(k * 45, rect(368, 28, 8, 16, "#f5c84b", 4), 372, 82) for k in range(8))
    return sun + ground(398, 160) + moved(0, 60, panel(92, -6) + moved(0, -40, panel(192, 6)) + moved(0, 20, panel(292, -6)))


def phone(x, y, width, height, screen):
    return rect(x, y, width, height, INK, 22) + rect(x + 9, y + 9, width - 18, height - 18, screen, 14) + rect(x + width / 2 - 17, y + 16, 34, 7, INK, 3)


def bike_mount():
    bar = rect(48, 306, 384, 36, SLATE, 18) + rect(48, 306, 76, 36, INK, 18) + rect(356, 306, 76, 36, INK, 18)
    clamp = rect(206, 270, 68, 88, RUST, 14) + circle(240, 324, 11, STEEL)
    map_screen = phone(158, 62, 164, 232, "#d7ead0") + stroke("M184 262Q236 220 214 178T292 104", LAKE, 9) + circle(292, 104, 11, GRANA)
    corners = "".join(rect(x, y, 46, 42, RUST, 12) for x, y in ((144, 52), (290, 52), (144, 264), (290, 264)))
    window = "".join(rect(x, y, 32, 28, c, 8) for x, y, c in ((158, 66, INK), (290, 66, INK), (158, 264, INK), (290, 264, INK)))
    return bar + clamp + corners + window + map_screen


def phone_pouch():
    strap = stroke("M182 92Q120 30 240 32Q360 30 298 92", OCHRE, 9)
    sleeve = rect(132, 84, 216, 326, LAKE, 30) + rect(146, 146, 188, 250, "#cfe6f2", 20)
    clip = rect(140, 84, 200, 48, INK, 14) + circle(168, 108, 10, OCHRE) + circle(312, 108, 10, OCHRE)
    bubbles = "".join(ring(x, y, r, r, "#ffffff", 5) for x, y, r in ((96, 250, 15), (392, 200, 18), (402, 300, 11), (82, 330, 10)))
    return strap + sleeve + phone(170, 162, 140, 220, "#f6d9c2") + path("M179 336L216 280L242 314L262 292L301 350V358Q301 372 288 372H192Q179 372 179 358Z", FOREST) + clip + bubbles


def trekking_poles(colour):
    pole = rect(232, 130, 15, 200, colour, 6) + rect(235, 320, 9, 86, STEEL, 4) + rect(226, 60, 27, 86, INK, 12) + oval(239, 384, 24, 7, INK) + rect(228, 222, 23, 22, OCHRE, 5)
    loop = stroke("M244 74Q296 84 256 138", dark(colour, .3), 7)
    return turned(22, pole + loop) + mirrored(turned(22, pole + loop))


def first_aid():
    """Green and white: the red cross on white is a protected emblem."""
    green = "#2f8f63"
    case = rect(96, 150, 288, 226, green, 36) + rect(96, 250, 288, 12, dark(green, .3))
    handle = stroke("M196 152Q196 104 240 104Q284 104 284 152", INK, 16)
    cross = circle(240, 262, 74, dark(green, .3)) + rect(222, 214, 36, 96, WHITE, 5) + rect(192, 244, 96, 36, WHITE, 5)
    return ground(384, 150) + handle + case + cross + rect(344, 240, 22, 32, OCHRE, 5)


def cord_bundle(colour):
    loops = "".join(ring(240, 240, a, 142, c, 15) for a, c in ((40, colour), (64, dark(colour, .2)), (86, colour), (106, dark(colour, .25))))
    wraps = "".join(rect(126, y, 228, 15, c, 7) for y, c in ((204, light(colour, .15)), (221, colour), (238, light(colour, .15)), (255, colour)))
    return loops + wraps + stroke("M346 262Q408 284 394 352", colour, 13) + stroke("M394 346v14", INK, 13)


def compass():
    base = rect(130, 66, 220, 348, "#e9f0ee", 30) + "".join(rect(142, y, 18 if k % 5 else 30, 4, SLATE) for k, y in enumerate(range(90, 250, 9)))
    dial = circle(240, 286, 104, INK) + circle(240, 286, 84, WHITE) + "".join(turned(k * 30, rect(238, 206, 4, 16, SLATE), 240, 286) for k in range(12))
    needle = turned(24, path("M240 216L258 286H222Z", GRANA) + path("M240 356L258 286H222Z", SLATE), 240, 286) + circle(240, 286, 9, OCHRE)
    return ground(414, 110) + base + stroke("M240 168V96M240 96l-18 22M240 96l18 22", GRANA, 9) + dial + needle


# ---------------------------------------------------------------- which product gets which drawing

FLESH_FLOWERS = [GRANA, "#e8743b", PINK, "#e9b23c", "#8a4fa3"]

SHOPS = {
    "nopal-y-anil": {
        "blusa-bordada-istmo": (ON_BLUSH, blouse("#2a2530", FLESH_FLOWERS)),
        "blusa-manta-flor": (ON_SKY, blouse(CREAM, [GRANA, INDIGO, OCHRE], "small")),
        "huipil-corto-telar": (ON_BUTTER, huipil(INDIGO)),
        "vestido-manta-largo": (ON_MINT, dress("#f4e6cc", GRANA)),
        "guayabera-lino": (ON_SKY, shirt("#fdfdfb", "guayabera")),
        "camisa-manta-hombre": (ON_STONE, shirt("#ecdcbc", "mao")),
        "playera-nopal": (ON_MINT, tee("#e6d3ad", cactus_print())),
        "playera-infantil-ajolote": (ON_LILAC, tee("#8fc7c9", axolotl_print())),
        "falda-enredo": (ON_SAND, skirt(INDIGO, "#8fb2dc")),
        "rebozo-jaspeado": (ON_STONE, shawl("#2b3c66", "#c7d2ea")),
        "chal-lana": (ON_SKY, shawl("#e2d3b8", "#8b6a4c", knots=False)),
        "sombrero-palma": (ON_SKY, hat(STRAW, INDIGO)),
        "cinturon-bordado-cuero": (ON_MINT, belt(LEATHER, CREAM)),
        "calcetines-grecas": (ON_BUTTER, socks(GRANA, OCHRE)),
        "huaraches-cuero-mujer": (ON_BLUSH, sandals("#c07a3e")),
        "huaraches-cuero-hombre": (ON_STONE, sandals("#7a4a2b", "#3d3531", woven=False)),
        "alpargatas-manta": (ON_MINT, espadrilles("#c94f57")),
        "botines-cuero": (ON_SAND, boots("#8a4f2d")),
        "pantuflas-lana": (ON_LILAC, slippers("#8d97a8", "#efe6d6")),
        "morral-telar": (ON_SAND, shoulder_bag([GRANA, OCHRE, INDIGO, GRANA])),
        "bolsa-palma": (ON_SKY, straw_bag(STRAW)),
        "cartera-cuero": (ON_MINT, wallet("#8a5330")),
        "bolsa-mercado": (ON_BUTTER, market_bag("#e8568f", "#5bb7a8")),
        "aretes-filigrana": (ON_LILAC, earrings("#d4a537")),
        "collar-semillas": (ON_SAND, necklace([GRANA, INK, "#b0733c", GRANA, OCHRE])),
        "pulsera-chaquira": (ON_MINT, bracelet(["#2a6f8f", "#f2b632", "#e4573d"])),
        "jarrito-barro-rojo": (ON_SAND, mug("#b5532f", round_body=True)),
        "plato-barro-verde": (ON_BLUSH, plate("#4f8f5b", "#2f6a3e")),
        "jarra-vidrio-soplado": (ON_SKY, jug("#d3e9ec", "#2c56b0")),
        "copitas-mezcal": (ON_BUTTER, cups("#34323a")),
        "molcajete-piedra": (ON_BLUSH, molcajete("#6c6a6d")),
        "tortillero-palma": (ON_SKY, woven_basket(STRAW, GRANA, lid=True)),
        "camino-mesa-telar": (ON_MINT, table_runner(GRANA, OCHRE)),
        "chocolate-mesa": (ON_BUTTER, chocolate_discs()),
        "mole-negro-pasta": (ON_BLUSH, jar(GLASS, "#3a2018", OCHRE, CREAM, turned(52, path("M176 284Q232 250 292 280Q308 290 292 298Q232 302 176 284Z", GRANA) + stroke("M294 288q18 -4 22 -16", "#5d8a4f", 7), 240, 284))),
        "alebrije-gato": (ON_BUTTER, cat_figure()),
        "tapete-lana-grecas": (ON_STONE, rug("#e0c79a")),
        "cojin-telar": (ON_LILAC, cushion("#efe0c2", woven_lozenges("#d9a441"))),
        "corazon-hojalata": (ON_SKY, tin_heart("#c62f45")),
        "vela-cera-abeja": (ON_SAND, tapers("#e0a530")),
        "hamaca-algodon": (ON_SKY, hammock(["#e4573d", "#f2b632", "#2a8f9b"])),
        "florero-barro-negro": (ON_BLUSH, vase("#35333b")),
        "libreta-papel-hecho": (ON_MINT, notebook()),
    },
    "harbor-and-pine": {
        "ridge-daypack-22": (ON_SAND, backpack(FOREST, OCHRE)),
        "trail-pack-45": (ON_SKY, backpack("#456a86", RUST, tall=True)),
        "pack-rain-cover": (ON_STONE, rain_cover("#e0a93a")),
        "roll-top-dry-bag": (ON_MINT, dry_bag("#e07b39")),
        "packable-duffel-40": (ON_BUTTER, duffel(SLATE, RUST)),
        "hip-pack-2": (ON_SKY, hip_pack(RUST, CREAM)),
        "larch-two-person-tent": (ON_SKY, tent("#e0913a", "#f4c273")),
        "larch-two-footprint": (ON_MINT, footprint("#7b8794")),
        "down-sleeping-bag": (ON_SAND, sleeping_bag("#2f5d78", RUST)),
        "inflatable-sleeping-pad": (ON_BLUSH, sleeping_pad("#4a7d6c")),
        "camp-hammock": (ON_MINT, hammock([FOREST, "#5b8a6e", "#2f5440"])),
        "hammock-straps": (ON_SAND, straps("#3a4a3f")),
        "folding-camp-chair": (ON_SKY, camp_chair(RUST)),
        "wool-camp-blanket": (ON_STONE, folded("#efe3cd", [GRANA, OCHRE, FOREST, INDIGO])),
        "canister-stove": (ON_SKY, stove()),
        "two-pot-cookset": (ON_BUTTER, cookset()),
        "long-camp-spoon": (ON_SAND, camp_spoon(RUST)),
        "steel-bottle": (ON_SKY, bottle(RUST, INK, wide=True)),
        "sip-lid": (ON_BUTTER, sip_lid()),
        "travel-tumbler": (ON_BLUSH, tumbler(SLATE)),
        "enamel-mug": (ON_SAND, mug("#35614c", CREAM, speckled=True)),
        "squeeze-water-filter": (ON_MINT, water_filter()),
        "filter-cartridge": (ON_SKY, filter_cartridge()),
        "headlamp-400": (ON_LILAC, headlamp(SLATE)),
        "camp-lantern": ("#cfd3e6", lantern()),
        "rechargeable-18650": (ON_BUTTER, battery_cells()),
        "power-bank": (ON_MINT, power_bank(SLATE)),
        "braided-usb-c-cable": (ON_BLUSH, cable("#c65b33")),
        "wall-charger": (ON_SKY, wall_charger()),
        "solar-panel-21w": (ON_SKY, solar_panel()),
        "bike-phone-mount": (ON_SAND, bike_mount()),
        "waterproof-phone-pouch": (ON_SKY, phone_pouch()),
        "merino-beanie": (ON_BLUSH, beanie(OCHRE)),
        "trail-cap": (ON_SKY, cap(RUST, CREAM)),
        "hiking-socks": (ON_MINT, socks("#8a8f98", RUST)),
        "rain-jacket": (ON_STONE, jacket(LAKE, OCHRE)),
        "half-zip-fleece": (ON_SAND, fleece("#6f8a5e")),
        "trail-tee": (ON_BUTTER, tee("#5d7a8c", mountain_print("#e9e2cf"))),
        "liner-gloves": (ON_LILAC, gloves("#454b57", RUST)),
        "trekking-poles": (ON_MINT, trekking_poles(RUST)),
        "first-aid-kit": (ON_STONE, first_aid()),
        "utility-cord": (ON_SKY, cord_bundle("#e0713a")),
        "pocket-compass": (ON_BUTTER, compass()),
    },
    "vereda-alta": {
        "cafe-serra-chocolate": (ON_SAND, coffee_bag("#7a4a33", CREAM, ["#5d3420", "#b57a45", "#e0b878"])),
        "cafe-frutado-natural": (ON_BLUSH, coffee_bag("#c04a5c", CREAM, [GRANA, "#e8743b", PINK])),
        "cafe-descafeinado": (ON_SKY, coffee_bag("#4a7f95", CREAM, ["#d9a441", "#e9cf9a", "#b57a45"])),
        "cafe-microlote-fermentado": (ON_BUTTER, coffee_bag("#2f3b45", "#f2d98a", ["#f2a93b", "#c9772e", "#8a4fa3"])),
        "drip-coffee-sache": (ON_MINT, drip_box("#6b8f71")),
        "cold-brew-garrafa": (ON_SKY, cold_brew()),
        "coador-ceramica": (ON_MINT, dripper("#cf7f5c")),
        "filtro-papel-02": (ON_MINT, paper_filters()),
        "moedor-manual": (ON_STONE, grinder("#3b3f45")),
        "prensa-francesa": (ON_BLUSH, french_press()),
        "chaleira-eletrica-bico-fino": (ON_BUTTER, kettle("#3f5a52")),
        "balanca-digital": (ON_LILAC, scale()),
        "caneca-ceramica": (ON_BLUSH, mug("#8fa27a", "#6c7d5a")),
        "xicaras-espresso": (ON_SKY, espresso_cups("#d98a5f")),
        "garrafa-termica": (ON_SAND, thermos("#6f8052")),
        "mel-silvestre": (ON_BUTTER, jar(GLASS, "#e2992c", "#8a5a33", CREAM, flower(240, 284, 21, "#f2b632", "#8a5a33"))),
        "granola-castanhas": (ON_MINT, pouch(KRAFT, CREAM, ["#b57a45", "#e9cf9a", "#7a4a33"])),
        "geleia-jabuticaba": (ON_BLUSH, jar(GLASS, "#5b2350", "#efe3cd", CREAM, circle(222, 288, 21, "#3a1636") + circle(258, 284, 23, "#4c1d46") + circle(251, 276, 6, "#a679a0") + leaf(244, 266, 30, "#5d8a4f", 40))),
        "chocolate-70": (ON_SAND, chocolate_bar()),
        "doce-de-leite": (ON_SKY, jar(GLASS, "#b8743a", "#c8402f", CREAM, stroke("M200 292q20 -30 40 0t40 0", "#b8743a", 11))),
        "sabonete-barra": (ON_LILAC, soap("#cbb7dd", MOSS)),
        "shampoo-solido": (ON_SKY, hair_bar("#8fc3b0", "#f4fbf7")),
        "condicionador-solido": (ON_BLUSH, hair_bar("#f0cf9e", "#fff8ec")),
        "creme-maos": (ON_BUTTER, cream_tube("#e7b48a", oval(240, 214, 33, 25, "#8a5a33") + stroke("M214 214q26 -18 52 0", "#c9925f", 5))),
        "hidratante-corporal": (ON_MINT, pump_bottle("#f1ead9", WHITE)),
        "oleo-facial": (ON_BLUSH, dropper()),
        "protetor-labial": (ON_LILAC, lip_balm("#b0713f")),
        "desodorante-creme": (ON_MINT, low_jar("#dfeee0", "#5e8068", leaf(240, 336, 58, "#a7c34f", 16) + leaf(240, 336, 46, "#86a53c", -36))),
        "argila-verde": (ON_STONE, pouch("#8fa585", CREAM, ["#8fa585", "#728a69", "#a8bb9f"])),
        "bucha-vegetal": (ON_SKY, loofah("#e2c98f")),
        "manteiga-karite": (ON_SAND, low_jar("#f6e7bf", "#c98b4b", oval(240, 304, 27, 19, "#8a5a33") + stroke("M220 304q20 -14 40 0", "#c9925f", 4))),
        "kit-presente-banho": (ON_BLUSH, gift_box(KRAFT, "#7f9a6a")),
        "vela-soja": (ON_LILAC, jar_candle("#d9c3a5", "#f6ecd8", WHITE)),
        "difusor-varetas": (ON_MINT, diffuser()),
        "manta-algodao": (ON_SKY, folded("#c98259", [CREAM, "#e7b48a", CREAM])),
        "almofada-capa": (ON_STONE, cushion("#7f8f5f", embroidered_leaf("#f0e6cc"))),
        "jogo-toalhas": (ON_MINT, towels("#dd8f69")),
        "cesto-palha": (ON_BLUSH, woven_basket("#cfa765", "#8a6a3d", lid=False)),
        "tabua-madeira": (ON_SKY, cutting_board("#c08a55")),
        "colheres-pau": (ON_MINT, wooden_spoons("#b5804d")),
        "vaso-ceramica": (ON_BUTTER, plant_pot("#cf7f57")),
        "luminaria-mesa": (ON_LILAC, table_lamp("#efe0c2")),
        "jogo-americano": (ON_SAND, placemats("#6d93b5", CREAM)),
        "avental-linho": (ON_BLUSH, apron("#7d8b63", "#94a279")),
    },
}


def render(target, background, drawing):
    svg = (f'<svg xmlns="http://www.w3.org/2000/svg" width="{SIZE}" height="{SIZE}" viewBox="0 0 {SIZE} {SIZE}">'
           f'{rect(0, 0, SIZE, SIZE, background)}{circle(240, 240, 206, light(background, .45))}{drawing}</svg>')
    subprocess.run(["rsvg-convert", "-o", str(target)], input=svg.encode(), check=True)
    if shutil.which("pngquant"):
        subprocess.run(["pngquant", "--force", "--strip", "--speed", "1", "--nofs", "--output", str(target), "40", str(target)], check=True)


def main(wanted):
    for shop, pictures in SHOPS.items():
        folder = HERE / "shops" / shop / "pictures"
        folder.mkdir(parents=True, exist_ok=True)
        for handle, (background, drawing) in pictures.items():
            if not wanted or handle in wanted:
                render(folder / f"{handle}.png", background, drawing)


if __name__ == "__main__":
    main(sys.argv[1:])
