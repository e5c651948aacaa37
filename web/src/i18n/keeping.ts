/** The words of what is kept, thrown away, held and counted: they come with the page that says them. */

import english from "./en/keeping.json";
import { i18n } from "./index";

i18n.addResourceBundle("en", "keeping", english);
