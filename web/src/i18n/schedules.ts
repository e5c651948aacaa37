/** The words of schedules: they come with the parts that say them. */

import english from "./en/schedules.json";
import { i18n } from "./index";

i18n.addResourceBundle("en", "schedules", english);
