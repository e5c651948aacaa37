"""Words about pictures by rules alone: a prompt improved, German made English, a picture described by facts.

No model and no network: what no rule knows is said, and nothing is invented.
"""

from gesso.imaging.wording.enhance import enhanced
from gesso.imaging.wording.language import language
from gesso.imaging.wording.tell import Told, told
from gesso.imaging.wording.translate import Translated, translated

__all__ = ["Told", "Translated", "enhanced", "language", "told", "translated"]
