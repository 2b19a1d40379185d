import { cache } from "react";
import { signedIn } from "@/lib/auth";

/** Who looks at a page, asked once a request: the layout and the page's own part both need it. */
export const who = cache(signedIn);
