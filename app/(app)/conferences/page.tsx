import type { Metadata } from "next";
import { Conferences } from "@/components/lists/lists";

export const metadata: Metadata = { title: "Conferences" };

export default function ConferencesPage() {
  return <Conferences />;
}
