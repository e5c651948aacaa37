/** The words of files: they come with the page that says them. */

import english from "./en/convert.json";
import { i18n } from "./index";

i18n.addResourceBundle("en", "convert", english);
