import { COMMANDS, DRAWINGS, FORMATS } from "./options.js";

export const HELP = `Finds awaits that never end in async TypeScript and JavaScript.

Usage
  eslint-plugin-deadlock [PATHS]                  report hangs in these files and folders (default: the current folder)
  eslint-plugin-deadlock graph [PATHS]            draw which locks are taken while which are held
  eslint-plugin-deadlock explain FILE:LINE        tell what is known of a line, and what is not
  eslint-plugin-deadlock init [DIR]               add the plugin to the ESLint config of a folder

No ESLint config is needed. The tsconfig.json nearest to each path says which files belong together, with the projects that
it references and, of a folder with workspaces, all its packages. \`npx tsc --init\` writes a tsconfig.json.

Options
  -p, --project FILE     a tsconfig to use in place of the nearest; may be given several times
      --settings FILE    a JSON file with what would stand under \`settings.deadlock\`; without it that of your ESLint config
                         is used, if there is one beside or above the path that mentions deadlock
      --no-error-on-unmatched-pattern
                         paths in which there is nothing to look at are no mistake
  -h, --help, -v, --version

Options of a check
  -f, --format NAME      ${FORMATS.join(", ")}; the default goes by the name of the output
  -o, --output FILE      write the reports to a file
      --config NAME      recommended (default) or strict; --strict for short
      --rule RULE        only this rule; or as in a config: \`--rule 'lock-order: off'\`; may be given several times
      --fix              change the files, where an edit is proved to be safe
      --fix-dry-run      show those changes as a diff
      --max-warnings N   exit with 1 if there are more warnings
      --quiet            report errors only, and don't show how it goes

Options of graph
  -f, --format NAME      ${DRAWINGS.join(", ")}; the default goes by the name of the output
  -o, --output FILE      write the graph to a file

Options of init
      --config NAME      recommended (default) or strict; --strict for short
      --dry-run          show the change only

A path that is called like a command (${COMMANDS.join(", ")}) is written with a dot: ./graph

Exit codes
  0  no problems     1  problems     2  wrong usage, nothing to look at, or the command itself failed
`;
