import type { Metadata, Viewport } from "next";
import { headers } from "next/headers";
import { preload } from "react-dom";
import { Providers } from "@/components/data/providers";
import "./globals.css";

export const metadata: Metadata = { title: { default: "Meetledger", template: "%s · Meetledger" }, description: "Usage and billing of video calls" };
export const viewport: Viewport = { width: "device-width", initialScale: 1 };

/** Set before the first paint, so that a dark page never flashes white. */
const theme = `try{var t=localStorage.getItem("theme");document.documentElement.dataset.theme=t==="dark"||t==="light"?t:matchMedia("(prefers-color-scheme: dark)").matches?"dark":"light"}catch(e){}`;

const inter = new URL("@fontsource-variable/inter/files/inter-latin-wght-normal.woff2", import.meta.url);

export default async function Root({ children }: { children: React.ReactNode }) {
  const nonce = (await headers()).get("x-nonce") ?? undefined;
  preload(inter.pathname, { as: "font", type: "font/woff2", crossOrigin: "anonymous" });
  return (
    <html lang="en" suppressHydrationWarning>
      <head>
        {/* biome-ignore lint/security/noDangerouslySetInnerHtml: a constant of ours, see above */}
        <script nonce={nonce} suppressHydrationWarning dangerouslySetInnerHTML={{ __html: theme }} />
      </head>
      <body className="font-sans antialiased">
        <Providers>{children}</Providers>
      </body>
    </html>
  );
}
