/** The words of proposals: they come with what says them. */

import english from "./en/tagging.json";
import { i18n } from "./index";

i18n.addResourceBundle("en", "tagging", english);
