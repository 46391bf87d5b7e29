# make run          everything on this machine, no accounts needed
# make test         what continuous integration runs; installs what tests need
# make lint         staticcheck and gofumpt, from cmd/tools/go.mod
# make cover        test coverage per function
# make screenshots  the pictures of the README, from the demo in a real Chromium
# make chaos        breaks real processes on purpose, seeds 1 to 3; about ten minutes
# make bench        the service beside the bot that people write first; about an hour
# make bench-against REV=HEAD~1  the service beside that of another revision; fails where it is slower

GO ?= go

# Only what runs beside something else can race, and watching for it makes three times
# the work of a test. So most packages are watched whole, and of two kinds little is:
# of SEQUENTIAL nothing, since all their tests do one thing after another, and of
# MOSTLY only BESIDE, the tests that start something themselves. What these packages
# keep for many at once is shared in the stories of cmd/visnyk as well, watched.
# TestWhatRunsBesideIsWatched reads the tests and says where a name is missing.
SEQUENTIAL = ./bot ./bot/approval ./bot/channeltest ./bot/clarity \
	./bot/console/articles ./bot/console/broadcasts ./bot/console/people \
	./bot/console/settings ./bot/editor ./bot/markup ./bot/parked ./bot/textfile ./cmd/botapi ./cmd/faqtrain \
	./cmd/visnyk/config ./cmd/visnyk/sample ./cmd/visnyk/users ./flows ./flows/change ./flows/faq \
	./flows/faq/search/eval ./flows/faq/starter ./locales
MOSTLY = ./storage ./bot/api ./bot/call ./bot/desk ./flows/faq/search
BESIDE = TestAuditAtOnce TestBackupIsOfOneMoment TestCapHoldsAtOnce TestChatReaderMissesNothing \
	TestCommitWithoutAnswer TestCopyOfUnknownOutcome TestDigestLeavesOnce TestEnqueueAtOnce \
	TestEraseDuringAnUpload TestEraseNeedsNoRoom TestEraseTakesEveryFile TestFetchSurvivesADeath \
	TestFilesTotal TestImportsTell TestInTxRunsAgainAfterADeadlock TestListenAndNotify \
	TestListenerComesBack TestManyReplicasMigrate TestNextTicket TestNobodyMissesAChange \
	TestOneOfManyAcquires TestOneOfManyIsJoined TestOneOperatorTakes TestPartsThatEndAtOnce \
	TestPlainTurnsWithoutAnswer TestPoolerThatLendsSessions TestReceiptMeetsItsSend \
	TestReceiveManyAtOnce TestRetentionBesideTurns TestSQLiteHearsItself TestScrubWaitsForNoReader TestServerStandsStill TestStatementsEndWithTheirContext TestWritableIsShared \
	TestWriteOnceAtOnce TestWriteOnceCrash \
	TestAttackApproverApprovesAnotherVersion TestIdempotencyInParallel TestOneOfManyWins \
	TestOneWinnerByREST TestWrongTokensTurnNobodyAway \
	TestErasedWhileTheirOperatorWrites TestOneOfManyTakes TestOneQuestionOfManyClosings \
	TestRevisionsOfOneTicket TestWordsAndFilesOfADraft \
	TestPostsToOneTarget TestSameAnswerForMany

# Of the packages that are watched whole: the pages in a browser, since the console, its
# desk, the chats and the whole service are watched in the other tests; talks as they
# are written down; what turns allocate, which is more where they are watched.
UNWATCHED = ^(TestBrowser|TestTranscripts|TestTranscriptsOnTheLine|TestTurnsAllocateLittle)$$

none :=
beside = ^($(subst $(none) $(none),|,$(strip $(BESIDE))))$$
whole = $(filter-out $(SEQUENTIAL) $(MOSTLY),$(patsubst visnyk/%,./%,\
	$(shell $(GO) list -f '{{if or .TestGoFiles .XTestGoFiles}}{{.ImportPath}}{{end}}' ./...)))

.PHONY: run test watched unwatched test-deps lint cover bench bench-against chaos screenshots

run:
	$(GO) run ./cmd/visnyk demo

# Where the sources lie is no part of what is compiled: what one clone has compiled
# another finds.
test watched unwatched: export GOFLAGS := $(GOFLAGS) -trimpath

test: test-deps
	@unformatted=$$(find . -name '*.go' -not -path './.*' -print0 | xargs -0 "$$($(GO) env GOROOT)/bin/gofmt" -l); \
	if [ -n "$$unformatted" ]; then printf 'gofmt these:\n%s\n' "$$unformatted" >&2; exit 1; fi
	$(GO) vet ./...
	@# One after the other: two at once keep both processors busy, gain nothing, and
	@# make every wait of a test longer.
	@$(MAKE) --no-print-directory -k watched unwatched

# SQLite's own C, translated, keeps its memory under its own locks: watched for races
# it takes ten times longer; and hashing a password is arithmetic. The driver and all
# of ours are watched.
RACE = -race -gcflags='modernc.org/sqlite/lib=-race=false' -gcflags='modernc.org/libc/...=-race=false' \
	-gcflags='modernc.org/memory=-race=false' -gcflags='golang.org/x/crypto/...=-race=false'

# Tests have more room for garbage than the service takes (a tenth of the work), see
# cmd/chaos for its own. The longest packages begin first, and one more than there are
# processors at a time: some of them wait more than they work. Vet has looked at them
# all, see test.
TESTS = GOGC=400 CGO_ENABLED=1 $(GO) test -shuffle=on -vet=off -timeout 20m -p $$(($$(getconf _NPROCESSORS_ONLN) + 1))

watched:
	@code=0; \
	$(TESTS) $(RACE) -parallel 4 -skip '$(UNWATCHED)' ./cmd/visnyk ./cmd/chaos $(whole) || code=1; \
	$(TESTS) $(RACE) -parallel 4 -run '$(beside)' $(MOSTLY) || code=1; \
	exit $$code

# A page waits more than it works.
unwatched:
	@code=0; \
	$(TESTS) -parallel 6 -run '$(UNWATCHED)' ./cmd/visnyk || code=1; \
	$(TESTS) -parallel 6 -skip '$(beside)' $(MOSTLY) $(SEQUENTIAL) || code=1; \
	exit $$code

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
	$(GO) test ./cmd/visnyk -run '^TestBrowser$$/^broadcast_watched$$' -pictures $(CURDIR)/.screenshots

bench: test-deps
	$(GO) run ./cmd/bench

# Of one busy machine only ratios mean much: see cmd/bench/against.go.
bench-against: REV = HEAD~1
bench-against: test-deps
	$(GO) run ./cmd/bench -against $(REV) -rounds 5

chaos: test-deps
	$(GO) run ./cmd/chaos -seed 1-3
