/** The words of duplicates: they come with the page that says them. */

import english from "./en/doubles.json";
import { i18n } from "./index";

i18n.addResourceBundle("en", "doubles", english);
