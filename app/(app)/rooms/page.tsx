import type { Metadata } from "next";
import { Rooms } from "@/components/lists/lists";

export const metadata: Metadata = { title: "Rooms" };

export default function RoomsPage() {
  return <Rooms />;
}
