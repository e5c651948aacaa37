/** The words of the settings: they come with the parts that say them. */

import english from "./en/settings.json";
import { i18n } from "./index";

i18n.addResourceBundle("en", "settings", english);
