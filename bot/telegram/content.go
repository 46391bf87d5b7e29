package telegram

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

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
	place
	beside

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

// place is where a message stands. Outside of threads an answer may carry the number
// of what it answers. A chat of a business account is not the bot's, though its id
// may be the same.
type place struct {
	Business json.RawMessage `json:"business_connection_id"`

	Thread json.RawMessage `json:"message_thread_id"` // as it comes: it must not keep words from being read
	Topic  json.RawMessage `json:"is_topic_message"`
}

// thread returns the id of the thread; "" for the chat itself.
func (p place) thread() string {
	if string(p.Topic) != "true" {
		return ""
	}
	id, err := strconv.ParseInt(string(p.Thread), 10, 64)
	if err != nil || id <= 0 {
		return ""
	}
	return messageID(id)
}

type media struct {
	File   string `json:"file_id"`
	Name   string `json:"file_name"`
	Type   string `json:"mime_type"`
	Size   int64  `json:"file_size"`
	Emoji  string `json:"emoji"`
	Width  int64  `json:"width"`
	Height int64  `json:"height"`

	Performer string `json:"performer"` // of an audio file, as its title
	Title     string `json:"title"`
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
	Address  string   `json:"address"`
}

// content returns what the message says: its text or caption, the attachment, and
// a name for what it is; "" when it is nothing of what we read.
func (m message) content(from int64) (text string, file *bot.Attachment, what string) {
	if m.Text != nil {
		return visible(*m.Text), nil, "text"
	}
	if m.Rich != nil {
		if text := visible(m.Rich.text); text != "" {
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
		return visible(m.Caption), m.Contact.attachment(from), "contact"
	case m.Venue != nil:
		a, what := m.Venue.Location.attachment("venue")
		a.Name, a.Words = name(m.Venue.Title), lines(m.Venue.Title, m.Venue.Address)
		return visible(m.Caption), a, what
	case m.Location != nil:
		a, what := m.Location.attachment("location")
		return visible(m.Caption), a, what
	}
	return "", nil, ""
}

func (f *media) attachment(kind bot.AttachmentKind) *bot.Attachment {
	a := &bot.Attachment{Kind: kind, Ref: clean(f.File), Type: mimeType(f.Type), Size: max(f.Size, 0)}
	if f.Name != "" {
		a.Name = bot.FileName(f.Name)
	}
	switch kind {
	case bot.Sticker:
		a.Name = name(f.Emoji)
	case bot.Audio:
		a.Words = lines(f.Performer, f.Title)
	}
	return a
}

// lines returns the words one under the other.
func lines(words ...string) string { return visible(strings.TrimSpace(strings.Join(words, "\n"))) }

// largest returns the best copy of a photo that Telegram would give; nil when there is none.
func largest(photo sizes) *media {
	if len(photo) == 0 {
		return nil
	}
	best := slices.MaxFunc(photo, func(a, b media) int {
		switch {
		case a.Size <= maxFetch && b.Size > maxFetch:
			return 1
		case a.Size > maxFetch && b.Size <= maxFetch:
			return -1
		}
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
