# make run          everything on this machine, no accounts needed
# make test         what continuous integration runs; installs what tests need
# make lint         staticcheck and gofumpt, from cmd/tools/go.mod
# make cover        test coverage per function
# make screenshots  the pictures of the README, from the demo in a real Chromium
# make chaos        breaks real processes on purpose, seeds 1 to 3; about ten minutes
# make bench        the service beside the bot that people write first; about half an hour

GO ?= go

# What is not watched for races, which would be half of all the work. The pages in a
# browser: the console, its desk, the chats and the whole service are watched in the
# tests of their packages and in the other stories. Twenty thousand who are told one
# after another: TestBroadcastsAddUp is watched. And what does one thing after the
# other, so that nothing could race: the measuring of the search and of moods, bodies
# that a messenger might send, segments over random people, talks as they are written
# down; TestSameAnswerForMany and the stories do many at once, watched.
UNWATCHED = ^(TestBrowser|TestBroadcastToTwentyThousand|TestNightsOfBothChangesOfClocks|TestSegmentsAreTheSameEverywhere|TestTranscripts|TestTranscriptsOnTheLine|TestSuite|TestSideFields|TestSplitIsQuick|TestMoodsHeldBack|TestSearchMemoryStaysFlat|TestFloor|TestFloorOfKinds|TestChangesCostTheArticlesNothing|TestLearningElsewhere|TestNoLikenessNoChange|TestRerankWithWords|TestUnknownChangesAreNotThere|FuzzFind)$$

.PHONY: run test watched unwatched test-deps lint cover bench chaos screenshots

run:
	$(GO) run ./cmd/visnyk demo

test: test-deps
	@unformatted=$$(find . -name '*.go' -not -path './.*' -print0 | xargs -0 "$$($(GO) env GOROOT)/bin/gofmt" -l); \
	if [ -n "$$unformatted" ]; then printf 'gofmt these:\n%s\n' "$$unformatted" >&2; exit 1; fi
	$(GO) vet ./...
	@# One after the other: two at once keep both processors busy, gain nothing, and
	@# make every wait of a test longer.
	@$(MAKE) --no-print-directory -k watched unwatched

# SQLite's own C, translated, keeps its memory under its own locks: watched for races
# it takes ten times longer; and hashing a password is arithmetic. The driver and all
# of ours are watched. Tests have more room for garbage than the service takes (a tenth
# of the work), see cmd/chaos for its own. The longest packages begin first, and one more than there are
# processors at a time: some of them wait more than they work. Vet has looked at them
# all, see test.
watched:
	GOGC=400 CGO_ENABLED=1 $(GO) test -race -gcflags='modernc.org/sqlite/lib=-race=false' -gcflags='modernc.org/libc/...=-race=false' \
		-gcflags='modernc.org/memory=-race=false' -gcflags='golang.org/x/crypto/...=-race=false' -skip '$(UNWATCHED)' \
		-shuffle=on -vet=off -timeout 20m -parallel 4 -p $$(($$(getconf _NPROCESSORS_ONLN) + 1)) ./cmd/visnyk ./storage ./cmd/chaos ./...

# A page waits more than it works.
unwatched:
	GOGC=400 $(GO) test -run '$(UNWATCHED)' -shuffle=on -vet=off -timeout 20m -parallel 6 \
		./cmd/visnyk ./storage ./flows/faq/search ./bot/telegram ./bot/viber ./bot/webchat ./bot/markup ./cmd/faqtrain

test-deps:
	@sh .ci/test-deps

lint:
	@$(GO) build -C cmd/tools -o ../../bin/ tool
	@# Fakes speak the messengers' own words, capitals and all.
	./bin/staticcheck -checks inherit,-ST1005 ./...
	@unformatted=$$(./bin/gofumpt -l bot cmd flows locales storage); \
	if [ -n "$$unformatted" ]; then printf 'gofumpt these:\n%s\n' "$$unformatted" >&2; exit 1; fi

cover: test-deps
	$(GO) test -coverprofile=cover.out -coverpkg=./... ./...
	$(GO) tool cover -func=cover.out | tail -n 1

screenshots: test-deps
	$(GO) run ./cmd/screens

bench: test-deps
	$(GO) run ./cmd/bench

chaos: test-deps
	$(GO) run ./cmd/chaos -seed 1-3
