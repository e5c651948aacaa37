/** The words of notices: they come with the parts that say them. */

import english from "./en/notices.json";
import { i18n } from "./index";

i18n.addResourceBundle("en", "notices", english);
