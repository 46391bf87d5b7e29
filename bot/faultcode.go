package bot

import (
	"maps"
	"slices"
)

// What can be wrong with content, people, users and files.
const (
	FaultBlank     FaultCode = "blank"
	FaultForm      FaultCode = "form"
	FaultReserved  FaultCode = "reserved"
	FaultChoice    FaultCode = "choice"
	FaultLong      FaultCode = "long"
	FaultLongPart  FaultCode = "long_part"
	FaultMany      FaultCode = "too_many"
	FaultNotText   FaultCode = "not_text"
	FaultSpaces    FaultCode = "spaces"
	FaultNameless  FaultCode = "nameless"
	FaultMoment    FaultCode = "moment"
	FaultOrder     FaultCode = "order"
	FaultOver      FaultCode = "over_now"
	FaultUnfilled  FaultCode = "unfilled"
	FaultTwice     FaultCode = "twice"
	FaultLaterTwin FaultCode = "later_twin"
	FaultTwiceAt   FaultCode = "twice_at"
	FaultNoChange  FaultCode = "no_change"
	FaultNoNote    FaultCode = "no_note"
	FaultNoArticle FaultCode = "no_article"
	FaultSpan      FaultCode = "span"
	FaultZone      FaultCode = "zone"
	FaultPhone     FaultCode = "phone"

	FaultWhy        FaultCode = "why"
	FaultRegion     FaultCode = "region_parent"
	FaultRegionFull FaultCode = "region_full"
	FaultRegionName FaultCode = "region_name"
	FaultTopic      FaultCode = "topic"
	FaultRefused    FaultCode = "refused"

	FaultTemplate   FaultCode = "template"
	FaultFallback   FaultCode = "fallback"
	FaultVariable   FaultCode = "variable"
	FaultWebAddress FaultCode = "web_address"
	FaultOneOf      FaultCode = "one_of"
	FaultWindow     FaultCode = "window_over"

	FaultOneMessage  FaultCode = "one_message"
	FaultNotApproved FaultCode = "not_as_approved"
	FaultOutdated    FaultCode = "change_outdated"
	FaultSlots       FaultCode = "slots"
	FaultSlotLink    FaultCode = "slot_link"
	FaultSlotPlain   FaultCode = "slot_plain"
	FaultSlotFar     FaultCode = "slot_far"
	FaultApprovalOld FaultCode = "approval_old"
	FaultUntold      FaultCode = "drift_untold"
	FaultUnlisted    FaultCode = "drift_unlisted"
	FaultSaidToday   FaultCode = "said_today"
	FaultNews        FaultCode = "news_copied"
	FaultNoStart     FaultCode = "no_start"
	FaultEarly       FaultCode = "early"
	FaultPassed      FaultCode = "start_passed"
	FaultNoReason    FaultCode = "no_reason"
	FaultRetryCrowd  FaultCode = "retry_number"
	FaultMaybeTwice  FaultCode = "maybe_twice"
	FaultSilent      FaultCode = "change_silent"
	FaultUnsettled   FaultCode = "unsettled"
	FaultWaveBefore  FaultCode = "wave_before"
	FaultGate        FaultCode = "gate_closed"
	FaultPlanned     FaultCode = "planned_already"
	FaultFrozen      FaultCode = "wave_frozen"
	FaultNoWave      FaultCode = "no_wave"
	FaultNotBegun    FaultCode = "not_begun"
	FaultPlace       FaultCode = "wave_place"

	FaultReadElse    FaultCode = "read_else"
	FaultUndoOver    FaultCode = "undo_over"
	FaultMoney       FaultCode = "money"
	FaultUnpriced    FaultCode = "unpriced"
	FaultCrowd       FaultCode = "other_number"
	FaultNoField     FaultCode = "no_field"
	FaultNoMessenger FaultCode = "no_messenger"
	FaultUnticked    FaultCode = "unread_language"

	FaultNotice   FaultCode = "short_notice"
	FaultSum      FaultCode = "sum"
	FaultCurrency FaultCode = "currency"

	FaultErased    FaultCode = "erased"
	FaultForeignID FaultCode = "foreign_id"
	FaultAddress   FaultCode = "not_own_address"

	FaultDeep     FaultCode = "deep"
	FaultNode     FaultCode = "segment_node"
	FaultLeftOut  FaultCode = "left_out"
	FaultTwoForms FaultCode = "two_forms"
	FaultMeasure  FaultCode = "measure"
	FaultUnit     FaultCode = "unit"
	FaultLapse    FaultCode = "lapse"
	FaultMoving   FaultCode = "segment_moving"

	FaultNoSegment    FaultCode = "no_segment"
	FaultCycle        FaultCode = "segment_cycle"
	FaultUsed         FaultCode = "segment_used"
	FaultSegmentTaken FaultCode = "segment_taken"
	FaultSensitive    FaultCode = "reason_sensitive"

	FaultTextLong   FaultCode = "condition_text_long"
	FaultTextWanted FaultCode = "condition_text_wanted"
	FaultTextMixed  FaultCode = "condition_text_mixed"
	FaultTextQuote  FaultCode = "condition_text_quote"
	FaultTextSign   FaultCode = "condition_text_sign"
	FaultTextUnit   FaultCode = "condition_text_unit"
	FaultTextValue  FaultCode = "condition_text_value"

	FaultLogin        FaultCode = "login"
	FaultLoginTaken   FaultCode = "login_taken"
	FaultNoUser       FaultCode = "no_user"
	FaultDisabled     FaultCode = "disabled"
	FaultDisabledNow  FaultCode = "disabled_already"
	FaultTokenName    FaultCode = "token_name"
	FaultTokenTaken   FaultCode = "token_taken"
	FaultNoToken      FaultCode = "no_token"
	FaultAboveRole    FaultCode = "above_role"
	FaultPasswordSize FaultCode = "password_length"
	FaultPasswordOwn  FaultCode = "password_login"
	FaultPasswordSame FaultCode = "password_same"
	FaultPasswordNot  FaultCode = "password_wrong"
	FaultEnabledNow   FaultCode = "enabled_already"
	FaultLastAdmin    FaultCode = "last_admin"
	FaultCodeWrong    FaultCode = "code_wrong"
	FaultFactorLost   FaultCode = "factor_lost"
	FaultNoFactor     FaultCode = "no_factor"

	FaultCustomerAway FaultCode = "customer_away"
	FaultReplyKey     FaultCode = "reply_key"
	FaultUnsayable    FaultCode = "reply_unsayable"
	FaultUnread       FaultCode = "reply_unread"
	FaultOtherTongue  FaultCode = "reply_language"
	FaultPaid         FaultCode = "reply_paid"
	FaultSessionOver  FaultCode = "reply_session"
	FaultReplyLeft    FaultCode = "reply_left"
	FaultNoReply      FaultCode = "reply_again"
	FaultComplaint    FaultCode = "complaint_unanswered"
	FaultOurTurn      FaultCode = "our_turn"
	FaultWake         FaultCode = "wake_at"
	FaultNotAbuse     FaultCode = "not_abuse"
	FaultStopped      FaultCode = "customer_stopped"
	FaultNoCustomer   FaultCode = "no_customer"

	FaultNumber FaultCode = "number"
	// FaultNumberOrNone is a number that may be without a limit, which has a word.
	FaultNumberOrNone FaultCode = "number_or_none"
	FaultColour       FaultCode = "colour"
	FaultHours        FaultCode = "hours"
	FaultPrices       FaultCode = "prices"
	FaultSpans        FaultCode = "spans"
	FaultDay          FaultCode = "day"
	FaultLogoKind     FaultCode = "logo_kind"
	FaultLogoLarge    FaultCode = "logo_large"
	FaultLogoSide     FaultCode = "logo_side"
	FaultMeanwhile    FaultCode = "meanwhile"

	FaultMediaNone    FaultCode = "media_none"
	FaultMediaLarge   FaultCode = "media_large"
	FaultMediaBarred  FaultCode = "media_barred"
	FaultMediaRoom    FaultCode = "media_room"
	FaultMediaEmpty   FaultCode = "media_empty"
	FaultMediaGone    FaultCode = "media_gone"
	FaultPicture      FaultCode = "picture"
	FaultPictureKind  FaultCode = "picture_kind"
	FaultPictureAway  FaultCode = "picture_away"
	FaultPictureLarge FaultCode = "picture_large"
	FaultPictureMoves FaultCode = "picture_moves"
	FaultPictureSides FaultCode = "picture_sides"
	FaultPictureGone  FaultCode = "picture_gone"

	FaultFileLarge    FaultCode = "file_large"
	FaultFileWorkbook FaultCode = "file_workbook"
	FaultFileUTF16    FaultCode = "file_utf16"
	FaultNotUTF8      FaultCode = "not_utf8"
	FaultEncoding     FaultCode = "encoding"
	FaultFileEmpty    FaultCode = "file_empty"
	FaultFileRows     FaultCode = "file_rows"
	FaultColumns      FaultCode = "columns_many"
	FaultColumnTwice  FaultCode = "column_twice"
	FaultColumnNone   FaultCode = "column_unknown"
	FaultNoExternal   FaultCode = "column_missing"
	FaultNoAttribute  FaultCode = "attribute_nameless"
	FaultRowLong      FaultCode = "row_long"
	FaultRowCells     FaultCode = "row_cells"
	FaultQuoteOpen    FaultCode = "quote_open"
	FaultQuoteInside  FaultCode = "quote_inside"
	FaultQuoteStray   FaultCode = "quote_stray"
	FaultCellNameless FaultCode = "cell_nameless"
	FaultCellNumber   FaultCode = "cell_number"
	FaultCellNoValue  FaultCode = "cell_no_value"
	FaultHeaderAgain  FaultCode = "header_again"

	FaultImportState    FaultCode = "import_state"
	FaultImportErased   FaultCode = "import_erased"
	FaultImportGone     FaultCode = "import_gone"
	FaultImportRole     FaultCode = "import_role"
	FaultImportLarge    FaultCode = "import_large"
	FaultImportRoom     FaultCode = "import_room"
	FaultImportExternal FaultCode = "import_external"
	FaultImportColumn   FaultCode = "import_column"
	FaultImportTwice    FaultCode = "import_twice"
	FaultImportOrder    FaultCode = "import_day_order"
	FaultImportDay      FaultCode = "import_day"

	FaultTextEncoding  FaultCode = "text_not_utf8"
	FaultTextUTF16     FaultCode = "text_utf16"
	FaultHalfCharacter FaultCode = "half_character"
)

// What editors are warned of; an article may be approved with it.
const (
	WarnCaught     FaultCode = "caught"      // a wording leads to another article
	WarnCaughtToo  FaultCode = "caught_too"  // a wording leads to another article as well
	WarnCatches    FaultCode = "catches"     // a wording of another article leads here
	WarnCatchesToo FaultCode = "catches_too" // a wording of another article leads here as well
	WarnSame       FaultCode = "same"        // a wording is also another article's
	WarnCommand    FaultCode = "command"     // a wording works in any step, so it never reaches the search
	WarnTitle      FaultCode = "title"       // a wording is a change's title
	WarnNoPhrase   FaultCode = "no_phrase"   // no wording but the question in a language
	WarnBarred     FaultCode = "barred"      // a negative phrase stands in a wording of its own
	WarnLong       FaultCode = "long_title"  // the question is cut on a button
	WarnGap        FaultCode = "gap"         // between two articles of one question nobody is answered
	WarnOver       FaultCode = "over"        // its time is over
	WarnLacks      FaultCode = "lacks"       // the answer speaks of a button or a change that its reader may not have
	WarnStray      FaultCode = "stray"       // signs that style nothing, and are shown or lost
)

// faultWords are the English words of every code, after the name of the field;
// {Name} is the value of that name in Data.
var faultWords = map[FaultCode]string{
	FaultBlank:     "must be filled in, texts in Ukrainian and in Russian",
	FaultForm:      "must be 1 to 40 of a-z, 0-9 and -",
	FaultReserved:  "must not be {Name}, which names a list of the REST API: choose another",
	FaultChoice:    "must be one of {Choices}",
	FaultLong:      "must be at most {Max} characters",
	FaultLongPart:  "must hold nothing longer than {Max} characters",
	FaultMany:      "must hold at most {Max}",
	FaultNotText:   "must not hold characters that are not text",
	FaultSpaces:    "must not be empty, nor begin or end with a space",
	FaultNameless:  "must hold names",
	FaultMoment:    "must be a date from 1970 to 9999, in UTC",
	FaultOrder:     "must be before {Other}",
	FaultOver:      "is over: nobody would be told",
	FaultUnfilled:  "has blanks, {Blanks}: write what belongs there in place of each, brackets included",
	FaultTwice:     "stands twice",
	FaultLaterTwin: "stands twice in this list; the first counts",
	FaultTwiceAt:   "stands twice in this file; line {Line} counts",
	FaultNoChange:  "names a change that does not exist",
	FaultNoNote:    "must say what should be mended",
	FaultNoArticle: "names an article that does not exist, or itself",
	FaultSpan:      "has the dates of the change, and others stand beside it: leave out valid_from and valid_to, or the span",
	FaultPhone:     "must be a phone number such as +380671234567",

	FaultWhy:        "must say why, in at most {Max} characters: it is kept in the audit",
	FaultRegion:     "must be a region that there is, and not one that lies in this one",
	FaultRegionFull: "has other regions in it: remove or move those first",
	FaultRegionName: "must have no / in a name, which stands between regions",
	FaultTopic:      "must be one of the topics that there are",
	FaultRefused:    "was refused by the person: nobody but they can agree again",

	FaultTemplate:   "holds two opening braces that begin no variable: write its name, | and words for those of whom it is not known within two braces, or a backslash before braces that are none",
	FaultFallback:   "holds a variable without words for those of whom it is not known: write them behind its name and a |",
	FaultVariable:   "holds the variable {Name}, of which nothing is known: there are {Choices}",
	FaultWebAddress: "must be an address such as https://example.com/page",
	FaultOneOf:      "must have exactly one of {Choices}",
	FaultWindow:     "is over: nothing of it could leave any more",

	FaultOneMessage:  "must fit one message of {Channel}, with its buttons: make it shorter",
	FaultNotApproved: "is not what was approved: return it, and have it approved again",
	FaultOutdated:    "tells a version of its change that does not hold any more: write one of what holds now",
	FaultSlots:       "must hold the same slots in both languages, at least one of {Choices}",
	FaultSlotLink:    "has the slot {Name} in an address: a link is approved as it is",
	FaultSlotPlain:   "must be plain words and numbers on one line: no links, mentions or signs of markup",
	FaultSlotFar:     "must be a moment within {Days} days from now",
	FaultApprovalOld: "is older than {Days} days: return the template, and have it approved again",
	FaultUntold:      "does not name {Words}, which the sheet of its change has",
	FaultUnlisted:    "names {Words}, which the sheet of its change has not",
	FaultSaidToday:   "says what {Name} says to the same people, within a day of it",
	FaultNews:        "tells what was approved with a change or an article: it has no text of its own",
	FaultNoStart:     "must say when it begins, for a schedule: it is a part of what is approved",
	FaultSilent:      "is not announced yet: before that only people of the company are told, once it is approved",
	FaultUnsettled:   "has messages on their way still: wait a moment",
	FaultWaveBefore:  "is closed: the wave before has not begun",
	FaultGate:        "is closed: {Know} % of the wave before know, {Need} % have to; somebody who approves may open it, with a reason",
	FaultPlanned:     "has a plan already",
	FaultNoWave:      "is no draft that tells this change, or is in the plan already",
	FaultFrozen:      "is as it was approved: return it to change it",
	FaultNotBegun:    "has not begun: return it and write it anew",
	FaultPlace:       "cannot be another: what stands there is as it was approved",
	FaultEarly:       "is later: what was approved begins then; schedule it",
	FaultPassed:      "has passed: start it by hand, or return it and give it a later one",
	FaultNoReason:    "must say which reason, as the report has it",
	FaultMaybeTwice:  "must be said: somebody may get it twice",
	FaultRetryCrowd:  "is of another number by now: {People}, and not {Known}",
	FaultReadElse:    "is not what would be approved now: read it again, something of it has changed",
	FaultMoney:       "must be a sum such as 500 грн, or be left out",
	FaultUnpriced:    "cannot be held: the table of prices does not say in this currency ({Currency}) what every message costs; say so in the settings",
	FaultCrowd:       "is {People} now, and was {Approved} when it was approved: announce it with people {People} if that is meant",
	FaultUndoOver:    "can be taken back by whoever approved it within ten seconds: revise or return it",
	FaultNoField:     "must name fields of the sheet, such as title or groups/0/to_do",
	FaultNoMessenger: "is linked to nobody: link one in your profile",
	FaultUnticked:    "must be ticked once the text in this language has been read",

	FaultNotice:   "is sooner than the {Days} days that a change of this kind is told before: say why in short_notice, it is kept in the audit",
	FaultSum:      "must be an amount such as 389.50",
	FaultCurrency: "must be the three letters of a currency, such as UAH",

	FaultZone:      "must be a time zone such as Europe/Kyiv, or left out",
	FaultErased:    "is of a person who was erased, and is not brought back by an import",
	FaultForeignID: "is not that of the person with this external_id; leave it out",
	FaultAddress:   "must be one of the contact's addresses, as bot:chat",

	FaultDeep:     "must be at most {Max} levels deep",
	FaultNode:     "must be exactly one of these: and or or with something in it, not, or a field with its op",
	FaultLeftOut:  "must be left out here",
	FaultTwoForms: "must be said in one form: lists of kinds, tiers and regions, or a tree",
	FaultMeasure:  "must be a number such as 12.5, of at most 15 characters, or a date such as 2027-01-01",
	FaultUnit:     "has no unit that is known ({Value}): write a number and one of {Choices}, such as 30 days",
	FaultLapse:    "must be a whole number of at most {Max} before {Unit}, such as 1 day or 30 days",
	FaultMoving:   "cannot be asked of whom a change concerns: time or what people do moves them in and out of it; ask for what they are, or leave it to the broadcast",

	FaultNoSegment:    "names a segment that does not exist: {Segment}",
	FaultCycle:        "is within itself: {Segments}",
	FaultUsed:         "is used by {Users}: take it out there first",
	FaultSegmentTaken: "is taken: there is a segment of this name already",
	FaultSensitive:    "must say why sensitive values are asked for ({Attributes}): it is kept in the audit",

	FaultTextLong:   "is longer than {Max} characters: use segments within the segment",
	FaultTextWanted: "line {Line}, character {Column}: {Found} stands where {Wanted} is wanted",
	FaultTextMixed:  "line {Line}, character {Column}: {Found} stands beside another connective: put brackets around what belongs together",
	FaultTextQuote:  "line {Line}, character {Column}: a quotation mark is opened here and not closed",
	FaultTextSign:   "line {Line}, character {Column}: the sign {Found} means nothing here",
	FaultTextUnit:   "line {Line}, character {Column}: {Found} is no unit that is known; write days, weeks, months or years",
	FaultTextValue:  "line {Line}, character {Column}: {Found} is no value of {Field}; there are {Choices}",

	FaultLogin:        "must be 2 to 64 of a-z 0-9 . _ @ - and begin with a letter or digit",
	FaultLoginTaken:   "is taken: there is a user with this login already",
	FaultNoUser:       "is nobody's: there is no user with this login",
	FaultDisabled:     "is of a user who is disabled",
	FaultDisabledNow:  "is of a user who is disabled already",
	FaultTokenName:    "must be 1 to 64 of a-z 0-9 . _ - and begin with a letter or digit",
	FaultTokenTaken:   "is taken: this user has a token of this name already",
	FaultNoToken:      "is of no token: this user has none of this name",
	FaultAboveRole:    "must be at most the user's: {Role} may do what {Own} may not",
	FaultPasswordSize: "must have {Min} to {Max} characters; this one has {Has}",
	FaultPasswordOwn:  "must not contain the login",
	FaultPasswordSame: "must not be one letter again and again",
	FaultPasswordNot:  "is not your password",
	FaultEnabledNow:   "is of a user who may work already",
	FaultLastAdmin:    "is of the last admin who can sign in: make somebody else an admin first",
	FaultCodeWrong:    "is not the code of this moment, or was used: wait for the next one",
	FaultFactorLost:   "cannot be checked: VISNYK_SECRET is another since the second factor was set up; use a recovery code, or ask an admin to take the second factor away",
	FaultNoFactor:     "is of a user without a second factor",

	FaultCustomerAway: "cannot reach the customer, who has blocked the bot: wait until they write, or reach them elsewhere",
	FaultReplyKey:     "was sent under the key of another reply: send it under a key of its own",
	FaultUnsayable:    "is nothing that this messenger would show: write words that can be seen",
	FaultUnread:       "is not the customer's newest line: read what they wrote meanwhile, and send it again",
	FaultOtherTongue:  "is in another language than the customer's: send it again if that is meant",
	FaultPaid:         "costs {Price}, for the messenger's free time after the customer's last message is over: send it again if that is meant",
	FaultSessionOver:  "cannot be sent: the messenger lets nobody write so long after the customer's last message; wait until they write",
	FaultReplyLeft:    "cannot be taken back: it has left, or is somebody else's",
	FaultNoReply:      "names no reply to this customer that failed or may not have arrived",
	FaultComplaint:    "closes a complaint that nobody has answered: reply first",
	FaultOurTurn:      "would put aside a customer who waits for our word: reply first",
	FaultWake:         "must be a moment from now to {Max} days ahead",
	FaultNotAbuse:     "is of a ticket that was not closed as abuse",
	FaultStopped:      "would write first to a customer who asked for nothing but answers: wait until they write",
	FaultNoCustomer:   "is nobody's whom we could write to: there is no such customer with an address",

	FaultNumber:       "must be a whole number from {Least} to {Most}",
	FaultNumberOrNone: "must be a whole number from {Least} to {Most}, or {None}",
	FaultColour:       "must be a colour such as #0b6161, or nothing",
	FaultPrices:       "must be a row such as 0,02 €, and rows such as +48 0,05 € that begin differently, each of at most {Max} characters",
	FaultHours:        "must be working hours, as the README shows them: {Why}",
	FaultSpans:        "must be hours such as 9:00–13:00, 14:00–18:00: each from an earlier to a later time, and none within another",
	FaultDay:          "must be a date such as 2027-01-01",
	FaultLogoKind:     "must be a PNG or JPEG picture",
	FaultLogoLarge:    "is larger than {Max} KiB: make the picture smaller",
	FaultLogoSide:     "has a side of more than {Max} pixels: make the picture smaller",
	FaultMeanwhile:    "was set by somebody else since you looked: it is {Now} now",

	FaultMediaNone:    "cannot be sent: this messenger takes no files",
	FaultMediaLarge:   "is larger than {Max} MiB, the most that can be sent here: make it smaller, or send a link",
	FaultMediaBarred:  "ends in {Extension}, which this messenger does not carry: send it as an archive, or a link",
	FaultMediaRoom:    "is not kept: there is no room for more files; ask an administrator for more (files.total)",
	FaultMediaEmpty:   "is empty: choose another file",
	FaultMediaGone:    "is not here any more, or is for another chat: attach it again",
	FaultPicture:      "is not shown as a picture by {Channel}: choose a JPEG or PNG",
	FaultPictureKind:  "is no picture: choose a JPEG or PNG",
	FaultPictureLarge: "is larger than {Max} MiB, the most that {Channel} shows as a picture: make it smaller",
	FaultPictureMoves: "is animated, which messengers show each in its own way: choose a picture that stands still",
	FaultPictureSides: "has {Width} × {Height} pixels: its sides may have {Sides} together, and one at most {Ratio} times the other",
	FaultPictureAway:  "does not come from its address: give an https address that leads to it without a redirect, or upload it",
	FaultPictureGone:  "is not kept here any more: choose it again and submit anew",

	FaultFileLarge:    "is larger than {Max} MiB: divide it, each part with the header",
	FaultFileWorkbook: "is a workbook or an archive: save the sheet as CSV in UTF-8",
	FaultFileUTF16:    "is not in UTF-8 (it looks like UTF-16, which some programs call Unicode text): save it as CSV in UTF-8",
	FaultNotUTF8:      "is not UTF-8 at byte {Byte} ({Value}): save it as UTF-8, which Excel calls CSV UTF-8; nothing of it was stored",
	FaultEncoding:     "at byte {Byte} ({Value}) is neither UTF-8 nor a word in windows-1251: save it as UTF-8, which Excel calls CSV UTF-8; nothing of it was stored",
	FaultFileEmpty:    "is empty: its first line must name the columns, external_id among them",
	FaultFileRows:     "is beyond the {Max} rows that a file may have: divide it",
	FaultColumns:      "names more than {Max} columns",
	FaultColumnTwice:  "names the column \"{Column}\" twice",
	FaultColumnNone:   "names a column \"{Column}\" that is not known: the columns are {Columns}; to keep it as an attribute, name it attributes.{Column}",
	FaultNoExternal:   "does not name external_id, by which people are known; the columns are {Columns}, and attributes.NAME for anything else",
	FaultNoAttribute:  "names an attribute without a name",
	FaultRowLong:      "the row is longer than {Max} KiB; a quote may be open",
	FaultRowCells:     "the row has {Has} cells and the header {Wanted}",
	FaultQuoteOpen:    "a quote is opened here and not closed up to line {Line}, so all between is lost",
	FaultQuoteInside:  `a quote is not closed, or one inside a cell does not stand twice, as ""`,
	FaultQuoteStray:   `a quote stands where none may: put the cell in quotes, and those inside it twice, as ""`,
	FaultCellNameless: "the row has something in column {Place}, which the header gives no name",
	FaultCellNoValue:  "is {Shown}, which a spreadsheet writes where it has no value to show: mend the formula or widen the column there, and save it again",
	FaultHeaderAgain:  "names the columns anew and otherwise than the first line: import the two files one by one; what stands above is stored",
	FaultCellNumber:   "is {Shown}, as a spreadsheet shows a number: digits may be lost; make the column text there and save it again",

	FaultImportState:    "cannot be done with the import as it stands: look at it again",
	FaultImportErased:   "went, because somebody was erased who may stand in it: bring the file again; what was stored stays",
	FaultImportGone:     "is not kept any more: bring it again",
	FaultImportRole:     "was brought by somebody who may not bring people any more: bring it again yourself",
	FaultImportLarge:    "is larger than {Max} MiB: bring it in parts",
	FaultImportRoom:     "does not fit: there is no room for files; an administrator can make some",
	FaultImportExternal: "must say which column is the number by which the company knows people",
	FaultImportColumn:   "is no column of people",
	FaultImportTwice:    "is chosen for two columns: {Column}",
	FaultImportOrder:    "must say whether the day or the month stands first",
	FaultImportDay:      "is no day in the order that was chosen",

	FaultTextEncoding:  "is not UTF-8 at byte {Byte} ({Value}): write it in UTF-8",
	FaultTextUTF16:     "is not UTF-8 (it looks like UTF-16): write it in UTF-8",
	FaultHalfCharacter: "writes half a character at byte {Byte} ({Value}): write the character itself",

	WarnCaught:     "who says \"{Wording}\" a little differently is led to {Other} instead: say what sets them apart",
	WarnCaughtToo:  "who says \"{Wording}\" a little differently is led to {Other} almost as well: say what sets them apart",
	WarnCatches:    "who says \"{Wording}\", a wording of {Other}, a little differently is led here instead: say what sets them apart",
	WarnCatchesToo: "who says \"{Wording}\", a wording of {Other}, a little differently is led here almost as well: say what sets them apart",
	WarnSame:       "\"{Wording}\" is a wording of {Other} too: whoever writes it is asked back",
	WarnCommand:    "\"{Wording}\" works in any step ({Command}), so it never reaches the search: take it away",
	WarnTitle:      "\"{Wording}\" is the title of the change {Change} too: who writes it may mean either, so say it otherwise",
	WarnNoPhrase:   "has no other wording in \"{Language}\": people seldom ask as we do",
	WarnBarred:     "\"{Wording}\" holds a negative phrase of the same article, so it never leads here",
	WarnLong:       "has {Has} characters: a button shows about {Max}, and the rest is cut",
	WarnGap:        "leaves a time between it and {Other} when nobody is answered",
	WarnOver:       "is over: nobody is told it any more",
	WarnLacks:      "speaks of «{Wording}», which not everybody who reads it has: say it in words that hold for all",
	WarnStray:      "\"{Wording}\" has signs that style nothing: close them without a space inside, or write \\ before each to show it",
}

// FaultCodes returns every code there is, sorted.
func FaultCodes() []FaultCode { return slices.Sorted(maps.Keys(faultWords)) }
