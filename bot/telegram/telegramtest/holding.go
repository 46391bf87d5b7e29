package telegramtest

import (
	"slices"
	"strings"
)

// envelopeFields are the fields of a Message that say how it came; all others are
// what it holds, those of tomorrow's table too.
func envelopeFields() []string {
	return strings.Fields(`message_id message_thread_id direct_messages_topic from sender_chat sender_boost_count sender_business_bot
		sender_tag receiver_user ephemeral_message_id date guest_query_id business_connection_id chat forward_origin is_topic_message
		is_automatic_forward reply_to_message external_reply quote reply_to_story reply_to_checklist_task_id reply_to_poll_option_id
		via_bot guest_bot_caller_user guest_bot_caller_chat edit_date has_protected_content is_from_offline is_paid_post media_group_id
		author_signature paid_star_count entities link_preview_options suggested_post_info effect_id caption caption_entities
		show_caption_above_media has_media_spoiler reply_markup`)
}

// Contents returns the fields of a Message that hold what was sent or what
// happened, of which it has one.
func Contents() []string {
	var all []string
	for _, f := range API().Types["Message"].Fields {
		if !slices.Contains(envelopeFields(), f.Name) {
			all = append(all, f.Name)
		}
	}
	return all
}

// Plain returns what to fix in a Message so that it is one of the person in their
// private chat, and holds nothing yet.
func Plain(person int64) map[string]any {
	fix := map[string]any{}
	for _, f := range API().Types["Message"].Fields {
		fix[f.Name] = nil
	}
	fix["message_id"], fix["date"] = 7, 1700000000
	fix["chat"] = map[string]any{"id": person, "type": "private", "first_name": "Олена"}
	fix["from"] = map[string]any{"id": person, "is_bot": false, "first_name": "Олена"}
	return fix
}

// Holding makes an update of the kind whose message is the person's and holds the
// content, with a caption where it can have one.
func (in *Invention) Holding(id int64, kind, content string, person int64) map[string]any {
	fix := Plain(person)
	fix[content] = in.Field("Message", content, kind+"."+content)
	if slices.Contains(strings.Fields("animation audio document live_photo paid_media photo video voice"), content) {
		fix["caption"] = in.Field("Message", "caption", kind+".caption")
	}
	return in.Update(id, kind, fix)
}
