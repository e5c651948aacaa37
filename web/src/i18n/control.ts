/** The words of guides and the sketch pad: they come with the parts that say them. */

import english from "./en/control.json";
import { i18n } from "./index";

i18n.addResourceBundle("en", "control", english);
