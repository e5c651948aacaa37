import assets from "./en/assets.json";
import brand from "./en/brand.json";
import create from "./en/create.json";
import edit from "./en/edit.json";
import forms from "./en/forms.json";
import library from "./en/library.json";
import mask from "./en/mask.json";
import presets from "./en/presets.json";
import settings from "./en/settings.json";
import shell from "./en/shell.json";
import ui from "./en/ui.json";
import upscale from "./en/upscale.json";

export const english = { assets, brand, create, edit, forms, library, mask, presets, settings, shell, ui, upscale } as const;
