// Every kind of row of a device: whose it is, how many there may be and how large, how old they get, what goes first.
// The numbers are the constants that the code enforces. ROWS.md beside this file is made of this table: a test keeps the
// two equal, and another one lets 10,000 strangers write (tests/unit/client/rows/census_test.cpp).
#pragma once

#include "base/limits.h"
#include "client/rows/chat_rows.h"
#include "client/rows/kept_people.h"
#include "client/rows/file_jobs.h"
#include "client/rows/label_rows.h"
#include "client/rows/message_secrets.h"
#include "client/rows/poll_rows.h"
#include "client/rows/received_files.h"

namespace wa::client::row_bounds {

using store::Table;

struct RowBound {
  Table table;
  const char* name;
  const char* owner;      // who makes it grow
  std::size_t owners;     // how many of these there may be
  std::size_t rows_each;  // rows of one
  std::size_t row_bytes;  // key and value
  const char* age;
  const char* first;      // what goes first
};

inline constexpr std::size_t kPeople = kStrangersKept + kKnownPeopleKept, kForms = 2;  // of a person: number and LID
inline constexpr std::size_t kDevices = limits::kDevicesPerUserMax, kKeyBytes = 512;   // JIDs and ids
inline constexpr std::size_t kVoteBytes = 48;
inline constexpr std::size_t kSkippedBytes = limits::kSkippedKeysPerChainMax * 36 + 128;
// A ring of `entries`: a row and a slot each, and the counter (store/ring.h).
inline constexpr std::size_t ring(std::size_t entries) { return 2 * entries + 1; }
inline constexpr const char *kLeast = "with its owner: who was not met for the longest time; strangers among themselves",
                            *kRefused = "nothing: more is refused", *kFixed = "nothing: fixed names", *kOldest = "the oldest";

inline constexpr RowBound kAll[] = {
    // --- of whoever has to do with us
    {Table::sessions, "sessions", "a person", kPeople, kDevices * (limits::kArchivedSessionsMax + 1),
     limits::kReceivingChainsMax * kSkippedBytes + 1024, "while met", kLeast},
    {Table::identities, "identities", "a person", kPeople, kDevices, kKeyBytes, "while met", kLeast},
    {Table::sender_keys, "sender_keys of others", "a person", kPeople, kDevices * limits::kSenderKeysPerDeviceMax,
     limits::kSenderKeyStatesMax * kSkippedBytes + 1024, "while met", kLeast},
    {Table::device_lists, "device_lists", "a person or group we write to", kPeople, kForms,
     limits::kGroupMembersMax * 64, "asked again after an hour", kLeast},
    {Table::lid_map, "lid_map", "a person", kPeople, kForms, kKeyBytes, "while met", kLeast},
    {Table::tokens, "tokens", "a person", kPeople, 2 * kForms, kKeyBytes + 512, "used for four weeks", kLeast},
    {Table::contacts, "contacts", "a person; the address book", kPeople, kForms, kKeyBytes + 3 * 1024,
     "while met or in the book", kLeast},
    {Table::chats, "chats", "a person or group; what the account set", kPeople, kForms,
     kKeyBytes + 2048 + kChatLabelsMax * (kLabelIdBytesMax + 13),
     "while met or set", kLeast},
    {Table::people, "people", "a person or group", 1, ring(kStrangersKept) + ring(kKnownPeopleKept) + 1, kKeyBytes,
     "while met", "who was not met for the longest time"},
    {Table::handled, "handled", "whoever writes", 1, ring(limits::kHandledIdsKeptMax), kKeyBytes, "until pushed out", kOldest},
    {Table::retries, "retries", "who cannot read us, or we him", 1,
     2 * ring(limits::kRetryRowsKept) + ring(limits::kAskedAgainKept) + ring(limits::kGivenPrekeysMax), kKeyBytes,
     "until pushed out", kOldest},
    {Table::message_secrets, "message_secrets", "whoever writes", 1,
     ring(limits::kMessageSecretsKept) + ring(limits::kPollSecretsKept), kKeyBytes + 2 * kPollOptionBytesKept,
     "a day; polls and events a month", kOldest},
    {Table::received_files, "received_files", "whoever writes", 1, ring(kReceivedFilesKept), kKeyBytes + 4096,
     "30 days", kOldest},
    {Table::polls, "polls", "whoever writes", 1, ring(kOwnPollsKept) + ring(kOtherPollsKept),
     kKeyBytes + kPollBytesKept + kVotersKept * kVoteBytes, "a month", kOldest},
    {Table::calls, "calls", "whoever calls", 1, ring(limits::kCallsKeptMax), kKeyBytes, "a day", kOldest},
    {Table::cooldowns, "cooldowns", "whoever was answered", 1, 3 * limits::kCooldownRowsMax, kKeyBytes,
     "until pushed out", kOldest},
    // --- of the account and its devices
    {Table::sender_keys, "sender_keys of own devices", "own devices", 1, kDevices * limits::kSenderKeysPerOwnDeviceMax,
     limits::kSenderKeyStatesMax * kSkippedBytes + 1024, "for ever", "the group not heard of for the longest time"},
    {Table::sender_keys, "sender_keys, own", "groups we write to", 1,
     2 * limits::kGroupKeysKeptMax + ring(limits::kGroupKeysKeptMax), limits::kGroupDevicesMax * 64, "until a member goes",
     "the group we wrote to first"},
    {Table::device, "device", "this device", 1, 32, 64u << 10, "for ever", kFixed},
    {Table::prekeys, "prekeys", "this device", 1, limits::kPrekeysKeptMax + 1, 64, "until used", "the oldest number"},
    {Table::signed_prekeys, "signed_prekeys", "this device", 1, 4, 256, "three rotations", kOldest},
    {Table::app_keys, "app_keys", "own devices", 1, limits::kAppKeysKept + 1, 256, "while shared",
     "the oldest that no collection used"},
    {Table::collections, "collections", "this account", 5, 1, 512, "for ever", kFixed},
    {Table::app_records, "app_records", "own devices, proved by their keys", 5, limits::kSnapshotRecordsMax, 128,
     "until a snapshot", kRefused},
    {Table::peer, "peer", "the own phone", 1, 2 * limits::kHistoryFilesMax + ring(limits::kKeyRequestsKept),
     limits::kMediaBytesMax, "until done", kRefused},
    {Table::labels, "labels", "own devices, proved by their keys", 1, kLabelsMax,
     kLabelIdBytesMax + limits::kNameBytesMax + 32, "until deleted", kRefused},
    // --- of the users of the API
    {Table::sent, "sent", "callers of the API", 1, ring(limits::kSentMessagesKeptMax), 2 * limits::kMessageBytesMax,
     "of use for a day", kOldest},
    {Table::intents, "intents", "callers of the API", 5, limits::kIntentsMax, 4096, "until applied", kRefused},
    {Table::outbox, "outbox", "callers of the API", 1, limits::kOutboxMax + limits::kPeerMessagesMax,
     2 * limits::kMessageBytesMax, "until sent", kRefused},
    {Table::file_jobs, "file_jobs", "callers of the API", 1, ring(kFileJobsKept) + kFileJobsOpenMax, 192u << 10,
     "until sent or failed, then seven days", "the oldest that is over; more under way are refused"},
    {Table::requests, "requests: keys", "callers of the API", 1, ring(limits::kRequestKeysKept),
     limits::kKeptAnswerBytesMax + kKeyBytes, "a day", kOldest},
    {Table::requests, "requests: messages", "callers of the API", 1, ring(limits::kMessageStatesKept), kKeyBytes,
     "30 days", kOldest},
    {Table::status, "status", "callers of the API; own devices say who sees them, and who is muted", 1,
     ring(limits::kStatusesKept) + ring(limits::kStatusMutesKept) + 1, 2 * limits::kStatusAudienceMax * kKeyBytes,
     "a day; the lists for ever", kOldest},
    {Table::numbers, "numbers", "callers of the API", 1, ring(limits::kNumbersKept), kKeyBytes, "30 days", kOldest},
    {Table::settings, "settings", "callers of the API", 1, 16, 64u << 10, "for ever", kFixed},
    {Table::webhook, "webhook", "callers of the API", 1, 16, 128u << 10, "for ever", kFixed},
    // One that is added gets its part although the others may be full.
    {Table::webhook_queue, "webhook_queue", "events of this device", 1, 6 * limits::kWebhookQueueMax + 8, 1u << 20,
     "until delivered or given up", kOldest},
    {Table::webhook_failed, "webhook_failed", "events of this device", 1, limits::kWebhookFailedMax, 1u << 20, "a week", kOldest},
};

}  // namespace wa::client::row_bounds
