/** The value of a page's path segment. One that is no valid encoding is taken as it stands: nothing has such a name, and the page says so. */
export async function pathValue<T extends string>(params: Promise<Record<T, string>>, name: T): Promise<string> {
  const text = (await params)[name];
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
