/** The words of finding by look: they come with the page that says them. */

import english from "./en/looks.json";
import { i18n } from "./index";

i18n.addResourceBundle("en", "looks", english);
