/** An element extended to a width; a part select cannot be indexed again, so its sign bit is named by a cast. */
export function extended(source: { text: string; width: number; signed: boolean }, width: number): string {
  if (source.width === width) return source.text;
  if (!source.signed) return `{${width - source.width}'d0, ${source.text}}`;
  const signBit = signOf(source);
  return `{{${width - source.width}{${signBit}}}, ${source.text}}`;
}

/** The top bit of `name[at +: width]`, `name[high:low]` or `name`. */
function signOf({ text, width }: { text: string; width: number }): string {
  const running = /^(.*)\[(.*) \+: \d+\]$/s.exec(text);
  if (running) return `${running[1]}[${running[2]} + ${width - 1}]`;
  const fixedRange = /^(.*)\[(\d+):\d+\]$/.exec(text);
  return fixedRange ? `${fixedRange[1]}[${fixedRange[2]}]` : `${text}[${width - 1}]`;
}
