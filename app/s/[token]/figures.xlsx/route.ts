import { fileOf } from "../files";

export async function GET(request: Request, { params }: { params: Promise<{ token: string }> }): Promise<Response> {
  return fileOf(request, (await params).token, "xlsx");
}
