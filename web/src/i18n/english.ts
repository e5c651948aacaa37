import assets from "./en/assets.json";
import brand from "./en/brand.json";
import comparison from "./en/comparison.json";
import control from "./en/control.json";
import create from "./en/create.json";
import edit from "./en/edit.json";
import forms from "./en/forms.json";
import library from "./en/library.json";
import mask from "./en/mask.json";
import presets from "./en/presets.json";
import recipes from "./en/recipes.json";
import settings from "./en/settings.json";
import shell from "./en/shell.json";
import ui from "./en/ui.json";
import upscale from "./en/upscale.json";
import wording from "./en/wording.json";

export const english = { assets, brand, comparison, control, create, edit, forms, library, mask, presets, recipes, settings, shell, ui, upscale, wording } as const;
