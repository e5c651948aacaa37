/** The words of editing: they come with the parts that say them. */

import english from "./en/edit.json";
import { i18n } from "./index";

i18n.addResourceBundle("en", "edit", english);
