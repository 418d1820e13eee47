/** Text inside XML and HTML. Control characters, which XML cannot hold, become spaces. */
export function escapeMarkup(text: string): string {
  return (
    text
      // eslint-disable-next-line no-control-regex -- these are the characters that must go
      .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, ' ')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
  );
}
