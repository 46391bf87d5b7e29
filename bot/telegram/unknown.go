package telegram

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"visnyk/bot"
	"visnyk/bot/markup"
)

// unknown names what a message holds that is none of what we read. A service
// message gives no attachment; all other content, new kinds too, may be something
// the person sent and is kept as Unsupported.
func unknown(doc json.RawMessage) (*bot.Attachment, string, error) {
	var fields map[string]json.RawMessage
	if err := read(doc, &fields); err != nil {
		return nil, "", err
	}
	for _, s := range services() {
		if there(fields[s]) {
			return nil, "service/" + s, nil
		}
	}
	for _, s := range unsupported() {
		if there(fields[s]) {
			return &bot.Attachment{Kind: bot.Unsupported}, s, nil
		}
	}
	return &bot.Attachment{Kind: bot.Unsupported}, "unknown", nil
}

// unsupported lists what a person can send and we have no kind for, and what we
// have one for, should it come empty.
func unsupported() []string {
	return []string{
		"checklist", "dice", "game", "gift", "giveaway", "invoice", "live_photo", "paid_media", "poll", "rich_message", "story",
		"unique_gift", "web_app_data",
		"animation", "audio", "contact", "document", "location", "photo", "sticker", "venue", "video", "video_note", "voice",
	}
}

// services lists the messages that a person did not write: Telegram says that
// something happened in the chat.
func services() []string {
	return []string{
		"boost_added", "channel_chat_created", "chat_background_set", "chat_owner_changed", "chat_owner_left",
		"chat_shared", "checklist_tasks_added", "checklist_tasks_done", "community_chat_added", "community_chat_joined",
		"community_chat_removed", "connected_website", "delete_chat_photo",
		"direct_message_price_changed", "forum_topic_closed", "forum_topic_created", "forum_topic_edited",
		"forum_topic_reopened", "general_forum_topic_hidden", "general_forum_topic_unhidden", "gift_upgrade_sent",
		"giveaway_completed", "giveaway_created", "giveaway_winners", "group_chat_created", "left_chat_member",
		"managed_bot_created",
		"message_auto_delete_timer_changed", "migrate_from_chat_id", "migrate_to_chat_id", "new_chat_members",
		"new_chat_photo", "new_chat_title", "paid_message_price_changed", "passport_data", "pinned_message",
		"poll_option_added", "poll_option_deleted",
		"proximity_alert_triggered", "refunded_payment", "successful_payment", "suggested_post_approval_failed",
		"suggested_post_approved", "suggested_post_declined", "suggested_post_paid", "suggested_post_refunded",
		"supergroup_chat_created", "users_shared", "video_chat_ended", "video_chat_participants_invited",
		"video_chat_scheduled", "video_chat_started", "voice_chat_ended", "voice_chat_participants_invited",
		"voice_chat_scheduled", "voice_chat_started", "write_access_allowed",
	}
}

// nobodys reports whether a content without words is nothing that a person waits
// to see answered: a gift, and what we do not know and no file is in. Most of what
// Telegram adds says that something happened in the chat.
func nobodys(what string, doc json.RawMessage) bool {
	switch what {
	case "gift", "unique_gift":
		return true
	case "unknown":
		var fields map[string]json.RawMessage
		_ = read(doc, &fields) // it was read before
		for field, content := range fields {
			if !about(field) && bytes.Contains(content, []byte(`"file_id"`)) {
				return false
			}
		}
		return true
	}
	return false
}

// strangeField returns the name of the field that makes a message one we do not know, for
// the figures, after a slash; "" where nothing does.
func strangeField(what string, doc json.RawMessage) string {
	if what != "unknown" {
		return ""
	}
	var fields map[string]json.RawMessage
	_ = read(doc, &fields)
	for _, field := range slices.Sorted(maps.Keys(fields)) {
		if !about(field) && there(fields[field]) {
			return "/" + markup.Cut(field, maxName)
		}
	}
	return ""
}

// about reports whether a field of a message tells of the message and is no content.
func about(field string) bool {
	switch field {
	case "message_id", "message_thread_id", "ephemeral_message_id", "business_connection_id", "media_group_id", "effect_id",
		"date", "edit_date", "from", "chat", "via_bot", "author_signature", "paid_star_count", "show_caption_above_media",
		"text":
		return true
	}
	for _, of := range []string{"is_", "has_", "sender_", "receiver_", "guest_"} {
		if strings.HasPrefix(field, of) {
			return true
		}
	}
	return envelopeField(field)
}
