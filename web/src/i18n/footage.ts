/** The words of films, sounds and 3D models: they come with the parts that say them. */

import english from "./en/footage.json";
import { i18n } from "./index";

i18n.addResourceBundle("en", "footage", english);
