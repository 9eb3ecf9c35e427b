import type { Script } from './script.ts';

const plan = `# Plan for #{{issue.number}}: {{issue.title}}

1. Add \`docs/issue-{{issue.number}}.md\`, a note that says what the issue asks for.
2. Change nothing else.

## Checks

- The note names the issue and its title.
- What the project's own validation commands check still holds.
`;

const note = `# {{issue.title}}

Issue #{{issue.number}} of {{repository}} asks for this. The note was written by the scripted agent of gh-worker,
which plays a fixed script; no model has read the issue.
`;

/** Played where no script is configured: a plan, a small file, an approving review. Fits any repository. */
export const defaultScript: Script = {
  plan: [{ steps: [{ text: 'Reading the issue.' }, { plan }] }],
  implement: [
    {
      steps: [
        { text: 'Writing the note.' },
        { write: { path: 'docs/issue-{{issue.number}}.md', content: note } },
        { text: 'Wrote docs/issue-{{issue.number}}.md.' },
      ],
    },
  ],
  review: [
    {
      steps: [
        {
          review: {
            verdict: 'approve',
            summary: 'The change does what the plan of #{{issue.number}} says.',
            findings: [],
          },
        },
      ],
    },
  ],
};
