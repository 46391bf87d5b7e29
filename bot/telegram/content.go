package telegram

import (
	"bytes"
	"encoding/json"
	"slices"

	"visnyk/bot"
)

// message is what we read of a Telegram message. All of it may be missing.
type message struct {
	ID         int64           `json:"message_id"`
	Date       int64           `json:"date"`
	Edited     int64           `json:"edit_date"`
	SenderChat json.RawMessage `json:"sender_chat"`
	Album      string          `json:"media_group_id"`
	Text       *string         `json:"text"`
	Rich       *rich           `json:"rich_message"` // instead of a text
	Caption    string          `json:"caption"`

	Photo     sizes     `json:"photo"`
	Animation *media    `json:"animation"` // comes with a document of the same file
	Video     *media    `json:"video"`
	VideoNote *media    `json:"video_note"`
	Voice     *media    `json:"voice"`
	Audio     *media    `json:"audio"`
	Document  *media    `json:"document"`
	Sticker   *media    `json:"sticker"`
	Contact   *contact  `json:"contact"`
	Venue     *venue    `json:"venue"` // comes with a location
	Location  *location `json:"location"`
}

type media struct {
	File   string `json:"file_id"`
	Name   string `json:"file_name"`
	Type   string `json:"mime_type"`
	Size   int64  `json:"file_size"`
	Emoji  string `json:"emoji"`
	Width  int64  `json:"width"`
	Height int64  `json:"height"`
}

// sizes are the copies of one photo.
type sizes []media

// UnmarshalJSON implements json.Unmarshaler.
func (s *sizes) UnmarshalJSON(raw []byte) error {
	if bytes.Count(raw, []byte("{")) > maxSizes {
		return errSizes
	}
	return json.Unmarshal(raw, (*[]media)(s))
}

type contact struct {
	Phone string `json:"phone_number"`
	First string `json:"first_name"`
	Last  string `json:"last_name"`
	User  int64  `json:"user_id"`
}

type location struct {
	Lat degrees `json:"latitude"`
	Lon degrees `json:"longitude"`
}

type venue struct {
	Location location `json:"location"`
	Title    string   `json:"title"`
}

// content returns what the message says: its text or caption, the attachment, and
// a name for what it is; "" when it is nothing of what we read.
func (m message) content(from int64) (text string, file *bot.Attachment, what string) {
	if m.Text != nil {
		return visible(*m.Text), nil, "text"
	}
	if m.Rich != nil {
		if text := visible(string(*m.Rich)); text != "" {
			return text, nil, "rich_message"
		}
	}
	for _, f := range []struct {
		what string
		kind bot.AttachmentKind
		file *media
	}{
		{"photo", bot.Photo, largest(m.Photo)},
		{"animation", bot.Video, m.Animation},
		{"video", bot.Video, m.Video},
		{"video_note", bot.Video, m.VideoNote},
		{"voice", bot.Voice, m.Voice},
		{"audio", bot.Audio, m.Audio},
		{"document", bot.File, m.Document},
		{"sticker", bot.Sticker, m.Sticker},
	} {
		if f.file != nil {
			return visible(m.Caption), f.file.attachment(f.kind), f.what
		}
	}
	switch {
	case m.Contact != nil:
		return "", m.Contact.attachment(from), "contact"
	case m.Venue != nil:
		a, what := m.Venue.Location.attachment("venue")
		a.Name = name(m.Venue.Title)
		return "", a, what
	case m.Location != nil:
		a, what := m.Location.attachment("location")
		return "", a, what
	}
	return "", nil, ""
}

func (f *media) attachment(kind bot.AttachmentKind) *bot.Attachment {
	a := &bot.Attachment{Kind: kind, Ref: clean(f.File), Type: mimeType(f.Type), Size: max(f.Size, 0)}
	if f.Name != "" {
		a.Name = bot.FileName(f.Name)
	}
	if kind == bot.Sticker {
		a.Name = name(f.Emoji)
	}
	return a
}

// largest returns the best copy of a photo; nil when there is none.
func largest(photo sizes) *media {
	if len(photo) == 0 {
		return nil
	}
	best := slices.MaxFunc(photo, func(a, b media) int {
		switch x, y := float64(a.Width)*float64(a.Height), float64(b.Width)*float64(b.Height); {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	})
	return &best
}

// attachment vouches for the number only where the person shared their own.
func (c contact) attachment(from int64) *bot.Attachment {
	return &bot.Attachment{
		Kind:  bot.Phone,
		Name:  name(c.First + " " + c.Last),
		Phone: phone(c.Phone),
		Own:   c.User != 0 && c.User == from,
	}
}

// attachment returns a place on Earth; anything else is not supported.
func (l location) attachment(what string) (*bot.Attachment, string) {
	if !l.Lat.within(90) || !l.Lon.within(180) {
		return &bot.Attachment{Kind: bot.Unsupported}, what
	}
	return &bot.Attachment{Kind: bot.Location, Lat: l.Lat.value, Lon: l.Lon.value}, what
}

// unknown names what a message holds that is none of what we read. A service
// message gives no attachment; all other content, new kinds too, is something
// the person sent and is kept as Unsupported.
func unknown(doc json.RawMessage) (*bot.Attachment, string, error) {
	var fields map[string]json.RawMessage
	if err := read(doc, &fields); err != nil {
		return nil, "", err
	}
	for _, s := range services() {
		if _, ok := fields[s]; ok {
			return nil, "service/" + s, nil
		}
	}
	for _, s := range unsupported() {
		if _, ok := fields[s]; ok {
			return &bot.Attachment{Kind: bot.Unsupported}, s, nil
		}
	}
	return &bot.Attachment{Kind: bot.Unsupported}, "unknown", nil
}

// unsupported lists what a person can send and we have no kind for.
func unsupported() []string {
	return []string{
		"checklist", "dice", "game", "gift", "giveaway", "invoice", "paid_media", "poll", "rich_message", "story",
		"unique_gift", "web_app_data",
	}
}

// services lists the messages that a person did not write: Telegram says that
// something happened in the chat.
func services() []string {
	return []string{
		"boost_added", "channel_chat_created", "chat_background_set", "chat_owner_changed", "chat_owner_left",
		"chat_shared", "checklist_tasks_added", "checklist_tasks_done", "connected_website", "delete_chat_photo",
		"direct_message_price_changed", "forum_topic_closed", "forum_topic_created", "forum_topic_edited",
		"forum_topic_reopened", "general_forum_topic_hidden", "general_forum_topic_unhidden", "gift_upgrade_sent",
		"giveaway_completed", "giveaway_created", "giveaway_winners", "group_chat_created", "left_chat_member",
		"message_auto_delete_timer_changed", "migrate_from_chat_id", "migrate_to_chat_id", "new_chat_members",
		"new_chat_photo", "new_chat_title", "paid_message_price_changed", "passport_data", "pinned_message",
		"proximity_alert_triggered", "refunded_payment", "successful_payment", "suggested_post_approval_failed",
		"suggested_post_approved", "suggested_post_declined", "suggested_post_paid", "suggested_post_refunded",
		"supergroup_chat_created", "users_shared", "video_chat_ended", "video_chat_participants_invited",
		"video_chat_scheduled", "video_chat_started", "voice_chat_ended", "voice_chat_participants_invited",
		"voice_chat_scheduled", "voice_chat_started", "write_access_allowed",
	}
}
