import type { Metadata } from "next";
import { Clients } from "@/components/clients/clients";

export const metadata: Metadata = { title: "Clients and places" };

export default function ClientsPage() {
  return <Clients />;
}
