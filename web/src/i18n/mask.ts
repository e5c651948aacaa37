/** The words of the mask editor: they come with the parts that say them. */

import english from "./en/mask.json";
import { i18n } from "./index";

i18n.addResourceBundle("en", "mask", english);
