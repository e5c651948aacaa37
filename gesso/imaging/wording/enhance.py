"""A prompt made better by rules: what it leaves open of composition, light, lens and medium is said, fitting what it is
about. What it says stays, word for word, and nothing is added to what it has spoken of. English and German.
"""

import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from gesso.imaging.wording.language import language

Both = tuple[str, str]
"""The same in English and in German."""

HOW_MUCH: Final = {"short": 2, "medium": 3, "long": 5}

_TOPICS: Final = (
    ("graphic", r"logo|icon|poster|flyer|sticker|emblem|typograph\w*|infographic|banner|plakat|symbol|schriftzug|"
     r"pattern|wallpaper|muster|tapete"),
    ("abstract", r"abstract\w*|gradient|geometric|geometr\w*|fractal|fluid|abstrakt\w*|farbverlauf|swirls?|marble"),
    ("food", r"food|dish|cake|bread|soup|salad|pizza|burger|coffee|tea|fruit|dessert|breakfast|pasta|sushi|drink|"
     r"cocktail|"
     r"essen|gericht|kuchen|brot|suppe|salat|kaffee|tee|obst|frühstück|torte|nudeln|getränk"),
    ("product", r"product|bottle|perfume|watch|shoe|sneaker|phone|headphones?|cosmetics?|package|packaging|mug|"
     r"jewell?ery|"
     r"ring|chair|lamp|produkt|flasche|parfüm|uhr|schuhe?|handy|kopfhörer|verpackung|tasse|schmuck|stuhl|lampe"),
    ("animal", r"cats?|dogs?|horses?|foxe?s?|wolf|wolves|bears?|birds?|eagle|owls?|lions?|tigers?|deer|rabbit|fish|"
     r"whales?|"
     r"butterfly|kitten|puppy|dragon|katzen?|hunde?|pferde?|fuchs|füchse|bär|bären|vogel|vögel|adler|eulen?|löwen?|"
     r"hirsch|hase|fisch|wale?|schmetterling|drache"),
    ("portrait", r"portrait|woman|women|man|men|girl|boy|child|children|person|people|face|king|queen|knight|warrior|"
     r"dancer|astronaut|musician|porträt|frau|frauen|mann|männer|mädchen|junge|kind|kinder|mensch\w*|gesicht|könig\w*|"
     r"ritter|krieger\w*|tänzer\w*|musiker\w*|wizard|witch|zauberer|hexe"),
    ("interior", r"interior|room|kitchen|living room|bedroom|library|office|café|cafe|studio|workshop|innenraum|zimmer|"
     r"küche|wohnzimmer|schlafzimmer|bibliothek|büro|werkstatt"),
    ("city", r"city|street|skyline|skyscraper|downtown|building|architecture|tower|bridge|castle|church|temple|house|"
     r"village|market|stadt|straße|strasse|hochhaus|gebäude|architektur|turm|brücke|schloss|burg|kirche|tempel|haus|"
     r"dorf|markt|hafen|harbou?r|lighthouse|leuchtturm|cottage|cabin|hütte"),
    ("space", r"space|galaxy|nebula|planet|cosmos|stars?|milky way|aurora|weltraum|galaxie|nebel im all|planeten?|"
     r"kosmos|"
     r"sterne?|milchstraße|polarlicht\w*"),
    ("nature", r"landscape|mountains?|lake|sea|ocean|beach|forest|woods?|river|waterfall|meadow|desert|dunes?|"
     r"valley|hills?|"
     r"island|trees?|sky|clouds?|garden|field|coast|cliffs?|flowers?|landschaft|berge?|gebirge|see|meer|ozean|strand|"
     r"wald|fluss|wasserfall|wiese|wüste|dünen?|tal|hügel|insel|bäume|baum|himmel|wolken?|garten|feld|küste|klippen?|"
     r"blumen?|sailing|boat|boot|segelboot"),
)  # fmt: skip
"""Which words tell what a prompt is about; the first that is named says most."""

_SAID: Final = {
    "light": r"(?:sun|moon|day|star|back|candle|lamp|street|spot|rim|fire|side)?lights?|lighting|highlights?|lit|"
     r"\w*licht\w*|\w*beleuchtung\w*|beleuchtet\w*|shadows?|schatten|sunny|sonnig\w*|glow\w*|"
    r"leucht(?:et|en|end\w*)|neon|candle\w*|kerze\w*|silhouettes?|silhouetten?|hell\w*|bright|dark|dunkel\w*|"
    r"dunkl\w*|lamps?|"
    r"high[- ]key|low[- ]key|chiaroscuro|rembrandt",
    "time": r"dawn|sunrise|morning|noon|midday|afternoon|golden hour|evening|sunset|dusk|twilight|blue hour|night\w*|"
    r"midnight|morgen\w*|sonnenaufgang|mittags?|nachmittags?|abend\w*|sonnenuntergang|dämmerung|nachts?|mitternacht|"
    r"goldenen? stunde|blauen? stunde",
    "weather": r"fog\w*|mist\w*|haz[ey]\w*|rain\w*|storm\w*|snow\w*|overcast|cloudy|nebel|neblig\w*|dunst\w*|regen\w*|"
    r"regnerisch\w*|sturm\w*|stürmisch\w*|gewitter|schnee\w*|verschneit\w*|bewölkt\w*",
    "composition": r"close[- ]?ups?|wide[- ]?(?:shot|angle|view)|aerial|bird'?s[- ]eye|top[- ]down|from (?:above|"
     r"below|behind)|"
    r"low angle|high angle|symmetr\w*|centred|centered|composition|rule of thirds|full[- ]body|half[- ]length|"
    r"headshot|panoram\w*|macro|isometric|flat lay|profile|nahaufnahme|weitwinkel\w*|luftbild|vogelperspektive|"
    r"von (?:oben|unten|hinten)|froschperspektive|zentriert|bildaufbau|ganzkörper\w*|makro|isometrisch\w*|"
    r"seitenansicht",
    "lens": r"\d{2,3} ?mm|f/?\d\S*|lens|bokeh|depth of field|focus\w*|blur\w*|exposure|objektiv|schärfentiefe|"
     r"tiefenschärfe|"
    r"unscharf\w*|unschärfe|belichtung|telephoto|tele",
    "mood": r"mood\w*|calm|peaceful|serene|dramatic|epic|dreamy|gloomy|cheerful|cosy|cozy|moody|mysterious|"
     r"melanchol\w*|"
    r"minimal\w*|stimmung\w*|ruhig\w*|friedlich\w*|dramatisch\w*|verträumt\w*|düster\w*|fröhlich\w*|gemütlich\w*|"
    r"geheimnisvoll\w*|sad|happy|lonely|einsam\w*|traurig\w*|glücklich\w*|atmospher\w*|atmosphär\w*",
    "colour": r"red|green|blue|yellow|orange|purple|violet|pink|teal|turquoise|gold\w*|silver|black|white|gr[ae]y|"
     r"brown|"
    r"pastel\w*|colou?r\w*|palette|monochrom\w*|vivid|vibrant|muted|sepia|rot\w*|grün\w*|blau\w*|gelb\w*|lila|rosa|"
    r"türkis\w*|silbern\w*|schwarz\w*|wei(?:ß|ss)\w*|grau\w*|braun\w*|farb\w*|bunt\w*|pastell\w*|einfarbig\w*",
    "detail": r"detail\w*|texture\w*|textur\w*|intricate|sharp|crisp|grain\w*|struktur\w*|scharf\w*|oberfläche\w*|"
     r"smooth|"
    r"glatt\w*|simple|plain|einfach\w*|schlicht\w*",
}  # fmt: skip
"""What counts as having spoken of something already: there nothing is added."""

_MEDIA: Final[tuple[tuple[str, str, tuple[Both, ...]], ...]] = (
    ("photo", r"photo\w*|photograph\w*|foto\w*|film still|polaroid|analog\w*|cinematic|35 ?mm", ()),
    ("watercolour", r"water ?colou?rs?|aquarelle?", (
        ("loose wet-in-wet washes on rough paper", "lockere Lasuren nass in nass auf rauem Papier"),
        ("white paper left showing through", "das Weiß des Papiers scheint durch"))),
    ("oil", r"oil(?: paint\w*| on canvas)?|impasto|öl(?:gemälde|bild|farben?)|gemälde|painting|impressionis\w*|"
     r"gouache|acryl\w*", (
        ("visible brush strokes and thick paint", "sichtbare Pinselstriche und dicker Farbauftrag"),
        ("layered colour with soft and hard edges", "geschichtete Farben mit weichen und harten Kanten"))),
    ("drawing", r"pencil|charcoal|ink|drawing|sketch\w*|line ?art|etching|engraving|bleistift\w*|kohle\w*|tusche|"
     r"zeichnung|"
     r"skizze|radierung|linol\w*|linocut|woodcut|holzschnitt", (
        ("confident lines of varying weight", "sichere Linien in wechselnder Stärke"),
        ("careful hatching and empty space", "sorgfältige Schraffuren und leerer Raum"))),
    ("flat", r"vector|flat design|flat|icon|logo|screen ?print|risograph|paper ?cut|comic|cartoon|anime|manga|"
     r"pop ?art|pixel ?art|"
     r"vektor\w*|piktogramm|siebdruck|scherenschnitt|low ?poly|stained glass|mosaic|mosaik|glasmalerei|sticker", (
        ("few bold shapes with clean edges", "wenige kräftige Formen mit sauberen Kanten"),
        ("a small, deliberate palette", "eine kleine, bewusst gewählte Palette"))),
    ("render", r"3d|render\w*|octane|unreal|blender|clay|isometric|isometrisch\w*", (
        ("soft global illumination on clean materials", "weiche globale Beleuchtung auf klaren Materialien"),
        ("subtle reflections and rounded edges", "feine Spiegelungen und gerundete Kanten"))),
)  # fmt: skip
"""A medium, the words that name it, and what fits it. Who has named one that is not a photograph is told of no lens."""

_LIGHT: Final[dict[str, tuple[Both, ...]]] = {
    "portrait": (("soft window light from one side", "weiches Fensterlicht von einer Seite"),
                 ("gentle rim light along the hair", "sanftes Streiflicht am Haar"),
                 ("large soft key light, deep but open shadows",
                     "großes weiches Hauptlicht, tiefe, aber offene Schatten")),
    "animal": (("soft side light that models the form", "weiches Seitenlicht, das die Form herausarbeitet"),
               ("warm back light around the outline", "warmes Gegenlicht um den Umriss")),
    "product": (("large softbox light with a clean reflection", "Licht einer großen Softbox mit sauberer Spiegelung"),
                ("soft shadow grounding the object", "ein weicher Schatten verankert das Objekt")),
    "food": (("soft daylight from the side", "weiches Tageslicht von der Seite"),
             ("bright window light with small highlights", "helles Fensterlicht mit kleinen Glanzlichtern")),
    "interior": (("daylight falling through a tall window", "Tageslicht fällt durch ein hohes Fenster"),
                 ("warm pools of lamp light", "warme Lichtinseln einzelner Lampen")),
    "city": (("low sun raking across the surfaces", "tief stehende Sonne streift die Flächen"),
             ("soft sky light with clear reflections", "weiches Himmelslicht mit klaren Spiegelungen")),
    "space": (("a single bright source and deep shadow", "eine einzige helle Lichtquelle und tiefer Schatten"),
              ("glowing edges against the dark", "leuchtende Ränder vor der Dunkelheit")),
    "nature": (("low golden light and long shadows", "tiefes goldenes Licht und lange Schatten"),
               ("soft light breaking through the clouds", "weiches Licht bricht durch die Wolken"),
               ("cool morning light with a little haze", "kühles Morgenlicht mit etwas Dunst")),
    "": (("soft directional light", "weiches gerichtetes Licht"),
         ("warm light from the side", "warmes Licht von der Seite")),
}  # fmt: skip
_TIMED: Final[tuple[tuple[str, Both], ...]] = (
    (r"sunset|sonnenuntergang|golden hour|goldenen? stunde",
        ("warm light low from the side", "warmes Licht tief von der Seite")),
    (r"dawn|sunrise|sonnenaufgang", ("the first cool light on the edges", "das erste kühle Licht auf den Kanten")),
    (r"morning|morgen\w*", ("clear, low light with fresh shadows", "klares, tiefes Licht mit frischen Schatten")),
    (r"dusk|twilight|dämmerung|blue hour|blauen? stunde|evening|abend\w*",
        ("a soft afterglow and gentle contrast", "sanftes Nachglühen und milder Kontrast")),
    (r"night\w*|midnight|nachts?|mitternacht",
        ("small points of light against deep tones", "kleine Lichtpunkte vor tiefen Tönen")),
    (r"noon|midday|mittags?|afternoon|nachmittags?",
        ("clear light from above with crisp shadows", "klares Licht von oben mit scharfen Schatten")),
    (r"fog\w*|mist\w*|haz[ey]\w*|nebel|neblig\w*|dunst\w*",
        ("diffuse light, distances fading to pale", "diffuses Licht, die Ferne verblasst")),
    (r"rain\w*|regen\w*|regnerisch\w*",
        ("soft grey light and wet reflections", "weiches graues Licht und nasse Spiegelungen")),
    (r"storm\w*|sturm\w*|stürmisch\w*|gewitter",
        ("hard breaks of light under heavy clouds", "harte Lichtdurchbrüche unter schweren Wolken")),
    (r"snow\w*|schnee\w*|verschneit\w*|overcast|cloudy|bewölkt\w*",
        ("even, cool light with faint shadows", "gleichmäßiges, kühles Licht mit schwachen Schatten")),
)  # fmt: skip
"""Who has named the hour or the weather, but not the light, gets the light of that hour."""

_COMPOSITION: Final[dict[str, tuple[Both, ...]]] = {
    "portrait": (("head and shoulders, eyes on the upper third", "Kopf und Schultern, die Augen im oberen Drittel"),
                 ("framed from the waist up with quiet space around",
                     "ab der Hüfte aufgenommen, mit ruhigem Raum ringsum")),
    "animal": (("seen at eye level, close to the viewer", "auf Augenhöhe gesehen, nah am Betrachter"),
               ("the whole figure against a quiet background", "die ganze Gestalt vor ruhigem Hintergrund")),
    "product": (("three-quarter view on a clean surface", "Dreiviertelansicht auf einer klaren Fläche"),
                ("centred with generous empty space", "mittig, mit viel leerem Raum")),
    "food": (("seen from a low angle across the table", "flach über den Tisch gesehen"),
             ("arranged on a rustic surface, seen from above", "auf rustikalem Grund angerichtet, von oben gesehen")),
    "interior": (("seen from the corner, verticals straight", "aus der Ecke gesehen, mit geraden Senkrechten"),
                 ("foreground, middle and depth clearly layered", "Vorder-, Mittelgrund und Tiefe klar gestaffelt")),
    "city": (("strong lines leading into the depth", "kräftige Linien führen in die Tiefe"),
             ("off-centre on a third, with open sky", "im Drittel gesetzt, mit offenem Himmel")),
    "space": (("immense scale with a small point of reference", "gewaltiger Maßstab mit einem kleinen Bezugspunkt"),
              ("a wide view with calm darkness around", "ein weiter Blick mit ruhiger Dunkelheit ringsum")),
    "nature": (("wide view with foreground, middle and distance",
        "weiter Blick mit Vordergrund, Mittelgrund und Ferne"),
               ("the horizon on the lower third", "der Horizont im unteren Drittel"),
               ("leading lines into the distance", "Linien, die in die Ferne führen")),
    "graphic": (("one clear focal point and generous margins", "ein klarer Blickpunkt und großzügige Ränder"),
                ("balanced negative space", "ausgewogener Leerraum")),
    "abstract": (("one dominant movement across the frame", "eine bestimmende Bewegung durch das Bild"),
                 ("balanced masses with room to breathe", "ausgewogene Massen mit Luft dazwischen")),
    "": (("one clear subject with quiet space around it", "ein klares Motiv mit ruhigem Raum ringsum"),
         ("composed on the thirds", "nach Dritteln aufgebaut")),
}  # fmt: skip
_LENS: Final[dict[str, tuple[Both, ...]]] = {
    "portrait": (("85 mm lens, shallow depth of field", "85-mm-Objektiv, geringe Schärfentiefe"),),
    "animal": (("200 mm lens, background softly out of focus", "200-mm-Objektiv, Hintergrund weich unscharf"),),
    "product": (("100 mm lens, sharp from front to back", "100-mm-Objektiv, durchgehend scharf"),),
    "food": (("50 mm lens, shallow depth of field", "50-mm-Objektiv, geringe Schärfentiefe"),),
    "interior": (("24 mm lens, deep focus", "24-mm-Objektiv, große Schärfentiefe"),),
    "city": (("35 mm lens, deep focus", "35-mm-Objektiv, große Schärfentiefe"),),
    "nature": (("24 mm lens, sharp into the distance", "24-mm-Objektiv, scharf bis in die Ferne"),),
}  # fmt: skip
_DETAIL: Final[dict[str, tuple[Both, ...]]] = {
    "portrait": (("natural skin texture", "natürliche Hautstruktur"),
        ("fine detail in hair and fabric", "feine Details in Haar und Stoff")),
    "animal": (("fine detail in the eyes and the coat", "feine Details in Augen und Fell"),),
    "product": (("true material textures", "echte Materialoberflächen"),),
    "food": (("fresh, tactile textures", "frische, greifbare Oberflächen"),),
    "graphic": (("clean edges", "saubere Kanten"),),
    "abstract": (("fine gradations between the tones", "feine Übergänge zwischen den Tönen"),),
    "": (("fine surface detail", "feine Oberflächendetails"),
        ("rich but natural textures", "reiche, natürliche Strukturen")),
}  # fmt: skip
_COLOUR: Final[dict[str, tuple[Both, ...]]] = {
    "": (("a harmonious palette with one accent", "eine stimmige Palette mit einem Akzent"),
         ("muted tones against one warm note", "gedeckte Töne gegen eine warme Note")),
}  # fmt: skip
_STYLES: Final[dict[str, Both]] = {
    "painterly": ("painterly", "malerisch"), "photographic": ("photograph", "Fotografie"),
    "watercolour": ("watercolour", "Aquarell"), "oil": ("oil painting", "Ölgemälde"),
    "impressionist": ("impressionist", "impressionistisch"), "gouache": ("gouache", "Gouache"),
    "pastel": ("pastel chalk", "Pastellkreide"), "ink wash": ("ink wash", "Tuschemalerei"),
    "line art": ("line art", "Strichzeichnung"), "pencil": ("pencil drawing", "Bleistiftzeichnung"),
    "charcoal": ("charcoal drawing", "Kohlezeichnung"), "engraving": ("engraving", "Kupferstich"),
    "linocut": ("linocut", "Linolschnitt"), "ukiyo e": ("woodblock print", "japanischer Holzschnitt"),
    "screen print": ("screen print", "Siebdruck"), "paper cut": ("paper cut", "Scherenschnitt"),
    "stained glass": ("stained glass", "Glasmalerei"), "mosaic": ("mosaic", "Mosaik"),
    "pixel": ("pixel art", "Pixel-Art"), "vintage": ("vintage film", "alter Film"),
}  # fmt: skip
"""Styles that have a better name in a sentence; others are said as they are called."""
_NO: Final = re.compile(r"\b(?:without|no|not|never|except|ohne|keine?[nmrs]?|nicht)\b([^,.;:!?\n]*)", re.IGNORECASE)
_QUOTED: Final = re.compile(r"[\"“”«»„][^\"“”«»„]{1,200}[\"“”«»„]")


@dataclass(frozen=True)
class Context:
    """What a prompt belongs to: colours by their names, words to use and to avoid, prompts before it."""

    palette: tuple[str, ...] = ()
    use: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    earlier: tuple[str, ...] = ()


def enhanced(
    prompt: str,
    *,
    style: str | None = None,
    detail: str = "medium",
    seed: int = 0,
    context: Context | None = None,
) -> str | None:
    """The prompt with what it left open; the same for the same seed. None in a language that no rule knows; the prompt
    as it is where it leaves nothing open. What the context wants is said first, and what it avoids is never added."""
    code = language(prompt)
    if code not in ("en", "de"):
        return None
    prompt = " ".join(prompt.split())
    pick = random.Random(f"{seed} {prompt}")
    context = context or Context()
    added = list(_fitting(prompt, context, code == "de"))
    added += _added(", ".join([prompt, *added]), (style or "").strip().replace("_", " "), detail, pick, code == "de")
    unwanted = [re.escape(word) for word in context.avoid if word.strip()]
    if unwanted:
        added = [words for words in added if not _names("|".join(unwanted), words)]
    if not added:
        return prompt
    if prompt.endswith((".", "!", "?", "…")):
        text = ", ".join(added)
        return f"{prompt} {text[0].upper()}{text[1:]}."
    return ", ".join([prompt.rstrip(",;: "), *added])


def _fitting(prompt: str, context: Context, german: bool) -> Iterator[str]:
    """What the context has words for, as far as the prompt has not."""
    for words in dict.fromkeys((*context.use, *shared(context.earlier)[:2])):
        if words.strip() and not _names(re.escape(words.strip()), prompt):
            yield words.strip()
    if context.palette and not _names(_SAID["colour"], _QUOTED.sub(" ", prompt)):
        names = list(dict.fromkeys(context.palette))[:4]
        last = " und " if german else " and "
        listed = last.join(filter(None, (", ".join(names[:-1]), names[-1])))
        yield f"Farben: {listed}" if german else f"a palette of {listed}"


def clauses(prompt: str) -> list[str]:
    """What stands between the commas and the full stops of a prompt."""
    return [each for part in re.split(r"[,;\n]|[.!?](?:\s|$)", prompt) if (each := part.strip())]


def shared(prompts: Sequence[str]) -> list[str]:
    """The clauses that at least two of the prompts have, apart from what they begin with; the most frequent first."""
    found = Counter(clause.lower() for prompt in prompts for clause in set(clauses(prompt)[1:]))
    return [clause for clause, often in found.most_common() if often > 1]


def _added(prompt: str, style: str, detail: str, pick: random.Random, german: bool) -> Iterator[str]:
    bare = _QUOTED.sub(" ", prompt)
    own = _medium(bare)
    if style and (own is not None or _names(re.escape(style), prompt)) and own != _medium(style):
        # What the prompt says of its medium counts more.
        style = ""
    whole = f"{bare} {style}"
    unwanted = {word[:5] for said in _NO.findall(bare.lower()) for word in re.findall(r"\w{4,}", said)}
    # What it is to be without is not what it is about.
    topic = next((name for name, words in _TOPICS if _names(words, _NO.sub(" ", bare))), "")
    said = {name for name, words in _SAID.items() if _names(words, whole)}
    medium = own or _medium(style)
    drawn = medium is not None and medium[0] != "photo"
    if style and not _names(re.escape(style), prompt):
        yield _STYLES[style.lower()][german] if style.lower() in _STYLES else style
    room = HOW_MUCH[detail]

    def some(bank: dict[str, tuple[Both, ...]]) -> Iterator[str]:
        nonlocal room
        fitting = [each[german] for each in bank.get(topic, bank.get("", ()))]
        left = [words for words in fitting if not _clashes(words, unwanted)]
        if room and left:
            room -= 1
            yield pick.choice(left)

    if "composition" not in said:
        yield from some(_COMPOSITION)
    if "light" not in said and topic not in ("graphic", "abstract") and not (drawn and medium and medium[0] == "flat"):
        timed = next((light for words, light in _TIMED if _names(words, bare)), None)
        if timed is None:
            yield from some(_LIGHT)
        elif topic in ("nature", "city", ""):
            yield from some({"": (timed,)} if topic == "" else {topic: (timed,)})
    if medium is not None and medium[2]:
        yield from some({"": medium[2], topic: medium[2]})
    elif not drawn and "lens" not in said:
        yield from some({**_LENS, "": ()} if topic not in _LENS else _LENS)
    if "detail" not in said:
        yield from some(_DETAIL)
    if not {"colour", "mood"} & said:
        yield from some(_COLOUR)


def _medium(text: str) -> tuple[str, str, tuple[Both, ...]] | None:
    return next((each for each in _MEDIA if _names(each[1], text)), None)


def _names(words: str, text: str) -> bool:
    return re.search(rf"(?<!\w)(?:{words})(?!\w)", text, re.IGNORECASE) is not None


def _clashes(words: str, unwanted: set[str]) -> bool:
    return any(word[:5] in unwanted for word in re.findall(r"\w{4,}", words.lower()))


def topic(prompt: str) -> str:
    """What a prompt is about, of the topics that rules know; "" for none."""
    return next((name for name, words in _TOPICS if _names(words, prompt)), "")


def spoken(prompt: str) -> frozenset[str]:
    """Of light, time, weather, composition, lens, mood, colour, detail and medium: what a prompt has spoken of."""
    bare = _QUOTED.sub(" ", prompt)
    plain = bare.lower()
    said = {name for name, words in _SAID.items() if _names(words, bare)}
    said |= {name for name, known in _added_by().items() if any(each in plain for each in known)}
    return frozenset(said | ({"medium"} if _medium(bare) or STYLED.search(bare) else set()))


@cache
def _added_by() -> dict[str, tuple[str, ...]]:
    """What rules add to speak of light and framing: who has it, has spoken of them."""
    banks = {"light": _LIGHT, "composition": _COMPOSITION}
    return {
        name: tuple(each.lower() for fits in bank.values() for both in fits for each in both)
        for name, bank in banks.items()
    }


def fitting(prompt: str, what: str, german: bool) -> str:
    """A clause on light or composition that fits what a prompt is about."""
    bank = {"light": _LIGHT, "composition": _COMPOSITION}[what]
    if what == "light":
        timed = next((light for words, light in _TIMED if _names(words, prompt)), None)
        if timed is not None:
            return timed[german]
    return bank.get(topic(prompt), bank[""])[0][german]


def phrases(german: bool) -> Iterator[str]:
    """Every clause that rules may add."""
    for bank in (_LIGHT, _COMPOSITION, _LENS, _DETAIL, _COLOUR):
        for each in bank.values():
            yield from (both[german] for both in each)
    for _, both in _TIMED:
        yield both[german]
    for _, _, fits in _MEDIA:
        yield from (both[german] for both in fits)
    yield from (both[german] for both in _STYLES.values())


def styled(text: str, german: bool) -> str:
    """The style that is named, by its id or as it stands in a sentence, as a sentence names it; "" for none."""
    plain = text.lower().replace("_", " ")
    for name, both in _STYLES.items():
        if any(_names(re.escape(each.lower()), plain) for each in (name, *both)):
            return both[german]
    return ""


STYLED: Final = re.compile(
    r"(?<!\w)(?:" + "|".join(re.escape(each) for both in _STYLES.values() for each in both) + r")(?!\w)", re.IGNORECASE
)
"""The names of styles as they stand in a sentence."""
MEDIUM: Final = "|".join(words for _, words, _ in _MEDIA)
"""Words that name a medium."""
