/** The words of where a picture came from: they come with the page that says them. */

import english from "./en/lineage.json";
import { i18n } from "./index";

i18n.addResourceBundle("en", "lineage", english);
