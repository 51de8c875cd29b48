# The two commands of README.md: `.ci/run` runs them, and `npm run docs` writes them into the page.
README_COMMANDS=(
  'npm ci && npm run synth'
  'npm ci && npm test'
)
