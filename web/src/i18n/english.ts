import assets from "./en/assets.json";
import brand from "./en/brand.json";
import comparison from "./en/comparison.json";
import create from "./en/create.json";
import forms from "./en/forms.json";
import library from "./en/library.json";
import presets from "./en/presets.json";
import recipes from "./en/recipes.json";
import shell from "./en/shell.json";
import ui from "./en/ui.json";
import wording from "./en/wording.json";

export const english = { assets, brand, comparison, create, forms, library, presets, recipes, shell, ui, wording } as const;
