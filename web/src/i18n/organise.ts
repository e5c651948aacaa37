/** The words of what things are arranged by: they come with the library. */

import english from "./en/organise.json";
import { i18n } from "./index";

i18n.addResourceBundle("en", "organise", english);
