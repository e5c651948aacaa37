/** The words of what is published: they come with the page that says them. */

import english from "./en/social.json";
import { i18n } from "./index";

i18n.addResourceBundle("en", "social", english);
