/** `node packages/instance/src/env-example.ts > .env.example` writes the file anew from the schema. */
import { listSettings } from './settings.ts';

const width = 100;

const heading = [
  'All Atoll settings with their defaults. Set them in the environment, or copy this file to .env in',
  'the same folder, where every command reads it; environment variables take precedence. For a',
  'container: docker run --env-file .env',
];

/** Text of .env.example: each setting with its description, its default as a commented line. */
export function renderEnvExample(): string {
  const blocks = listSettings().map(({ name, description, fallback, example }) => {
    const lines = wrap(description);
    if (example !== undefined) lines.push(`Example: ${example}`);
    return [...lines.map((line) => `# ${line}`), `#${name}=${fallback}`].join('\n');
  });
  return `${[heading.map((line) => `# ${line}`).join('\n'), ...blocks].join('\n\n')}\n`;
}

function wrap(text: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width - 2) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

if (import.meta.main) process.stdout.write(renderEnvExample());
