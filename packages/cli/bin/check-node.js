// Plain JavaScript of any Node: an older one cannot even read the rest, and would say so in words that help nobody.
const wanted = 24;
const [major] = process.versions.node.split('.').map(Number);
if (major < wanted) {
  process.stderr.write(
    `Atoll runs on Node ${wanted}, and this is Node ${process.versions.node}. \`npm ci\` brings the right one with it, ` +
      'and npm finds it: `npx atoll …` or `npm start`, in the folder of Atoll. It is not there after `npm ci` with ' +
      `--omit=dev (or NODE_ENV=production): install without that, or install Node ${wanted} yourself (https://nodejs.org).\n`,
  );
  process.exit(1);
}
