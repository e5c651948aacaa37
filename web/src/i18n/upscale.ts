/** The words of enlarging: they come with the parts that say them. */

import english from "./en/upscale.json";
import { i18n } from "./index";

i18n.addResourceBundle("en", "upscale", english);
