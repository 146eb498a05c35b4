// Limits of sizes, counts and waits. A value here is a promise that nothing a peer or a caller sends can make the
// process grow or wait beyond it. Units are in the names. Does not hold what one file alone bounds: that stands in the
// file, by its name. How many rows of each kind there may be is in client/rows/row_bounds.h.
#pragma once

#include <cstddef>
#include <cstdint>

namespace wa::limits {

// --- wire (01 section 2, 02 section 5)
inline constexpr std::size_t kFrameBytesMax = (1u << 24) - 1;
inline constexpr std::size_t kNodeDepthMax = 32;
inline constexpr std::size_t kNodeChildrenMax = 65535;
inline constexpr std::size_t kNodesPerStanzaMax = 200'000;
inline constexpr std::size_t kAttrsPerStanzaMax = 400'000;
inline constexpr std::size_t kInflatedStanzaBytesMax = 64u << 20;
inline constexpr std::size_t kAttrsPerNodeMax = 128;
// A tag, a name or a value of an attribute, and contents that an answer repeats: of these an answer has a dozen.
inline constexpr std::size_t kEchoBytesMax = 8u << 10;
inline constexpr std::size_t kJidUserBytesMax = 128;
inline constexpr std::size_t kStanzaPartsMax = 256;    // things that one stanza says, each with work of its own, and
inline constexpr std::size_t kReceiptUsersMax = 2048;  // people of a receipt for a group
inline constexpr int kBadStanzasInRowMax = 8;  // then reconnect

// --- link (01 sections 3, 6, 7, 8)
inline constexpr std::int64_t kConnectTimeoutMs = 20'000;
inline constexpr std::int64_t kHandshakeTimeoutMs = 20'000;
inline constexpr std::int64_t kQueryTimeoutMs = 60'000;
inline constexpr std::size_t kOpenQueriesMax = 256;
inline constexpr std::size_t kUsersPerQueryMax = 160;  // numbers or JIDs in one question
inline constexpr std::int64_t kKeepaliveMinMs = 20'000;
inline constexpr std::int64_t kKeepaliveMaxMs = 30'000;
inline constexpr std::int64_t kKeepaliveDeadlineMs = 20'000;
inline constexpr std::int64_t kSuspendedMs = 60'000;  // wall clock ahead of the timer by this much: we slept
inline constexpr std::int64_t kBackoffCapMs = 900'000;
inline constexpr std::int64_t kStableConnectionMs = 30'000;

// --- pairing (03)
inline constexpr std::int64_t kFirstQrMs = 60'000;
inline constexpr std::int64_t kNextQrMs = 20'000;
inline constexpr std::int64_t kPairCodeMs = 180'000;
inline constexpr int kPrimaryHellosPerCodeMax = 3;
inline constexpr std::size_t kPairRefsMax = 16;
inline constexpr std::size_t kPrivacyCategoriesMax = 64;
inline constexpr std::size_t kPictureBytesMax = 512u << 10;

// --- Signal (04)
inline constexpr std::size_t kSkippedKeysPerChainMax = 2000;
inline constexpr std::uint32_t kRatchetJumpMax = 2000;
inline constexpr std::size_t kReceivingChainsMax = 5;
inline constexpr std::size_t kArchivedSessionsMax = 40;
inline constexpr std::uint32_t kSenderKeyJumpMax = 20'000;
inline constexpr std::size_t kSenderKeySkippedMax = 2000;
inline constexpr std::size_t kSenderKeyStatesMax = 5;
inline constexpr std::size_t kSenderKeysPerDeviceMax = 128;  // groups that we share with somebody's device, and
inline constexpr std::size_t kSenderKeysPerOwnDeviceMax = 1024;  // with a device of the own account
inline constexpr std::uint32_t kPrekeysInitial = 812;
inline constexpr std::uint32_t kPrekeysBatch = 200;
inline constexpr std::uint32_t kPrekeysLow = 5;
inline constexpr std::uint32_t kPrekeysKeptMax = 8192;  // the newest by number, used or not
inline constexpr std::uint32_t kPrekeyIdMax = 0xFFFFFE;
inline constexpr std::uint32_t kGivenPrekeysMax = 512;  // in retry receipts, each to one device, and for so long
inline constexpr std::int64_t kGivenPrekeyMs = 14LL * 86'400'000;
inline constexpr std::int64_t kSignedPrekeyRotateMs = 27LL * 86'400'000;
inline constexpr std::size_t kBundlesPerQueryMax = 100;
inline constexpr std::size_t kDevicesPerUserMax = 100;
inline constexpr std::size_t kGroupMembersMax = 2048;  // of a group we write to, and
inline constexpr std::size_t kGroupDevicesMax = 8192;  // their devices
inline constexpr std::uint32_t kGroupKeysKeptMax = 512;  // groups of which we know who has our sender key
inline constexpr std::int64_t kGroupTtlMs = 3'600'000;
inline constexpr std::int64_t kDeviceListTtlMs = 3'600'000;
inline constexpr std::int64_t kNoDevicesTtlMs = 300'000;          // of a list without devices
inline constexpr int kRetryReceiptsMax = 5;         // ours, per message
inline constexpr int kRetryAnswersMax = 10;         // theirs, per device and message
inline constexpr std::int64_t kRetryAnswerAgeMs = 86'400'000;
inline constexpr std::size_t kSentMessagesKeptMax = 512;
inline constexpr std::size_t kStatusAudienceMax = 5'000;  // who see one status (11 section 1)
inline constexpr std::uint32_t kStatusesKept = 64;  // whom they went to, for a day
inline constexpr std::uint32_t kStatusMutesKept = 1024;
inline constexpr std::size_t kStatusCharsMax = 700;
inline constexpr std::size_t kHandledIdsKeptMax = 4096;
inline constexpr std::uint32_t kMessageSecretsKept = 2048;  // of messages that may be edited,
inline constexpr std::int64_t kMessageSecretKeptMs = 86'400'000;  // for a day, and
inline constexpr std::uint32_t kPollSecretsKept = 1024;  // of polls and events,
inline constexpr std::int64_t kPollSecretKeptMs = 31LL * 86'400'000;  // for a month
inline constexpr std::uint32_t kRetryRowsKept = 4096;   // answers of ours, sessions made anew; each
inline constexpr std::uint32_t kAskedAgainKept = 1024;  // messages that we asked for again
inline constexpr std::size_t kOutboxMax = 1000;     // messages waiting to be sent per device
inline constexpr std::size_t kOutboxBytesMax = 4u << 20;  // of their contents
inline constexpr std::size_t kPeerMessagesMax = 100;  // beside them, to the own phone, and
inline constexpr std::size_t kPeerBytesMax = 256u << 10;  // of their contents
inline constexpr std::size_t kEncsPerMessageMax = 16;    // parts of one message that are tried
inline constexpr std::int64_t kAskPhoneAfterMs = 5'000;  // an unreadable message that nobody sent again meanwhile

// --- app state (05, 08)
inline constexpr std::size_t kMediaBytesMax = 64u << 20;
inline constexpr int kPatchRebaseMax = 5;
inline constexpr int kPatchPagesMax = 500;
inline constexpr std::size_t kMutationsPerPatchMax = 1000;
inline constexpr std::size_t kSnapshotRecordsMax = 500'000;
inline constexpr std::int64_t kKeyRequestEveryMs = 86'400'000;
inline constexpr std::int64_t kAppStateBackoffMinMs = 1'000;
inline constexpr std::int64_t kAppStateBackoffMaxMs = 3'600'000;
inline constexpr int kCureDoublingsMax = 5;  // a snapshot that cures nothing: the next after 1, 2, 4 ... 32 hours
inline constexpr std::size_t kIntentsMax = 5000;
inline constexpr std::size_t kNameBytesMax = 1024;  // of a chat, a contact, a label, this account
inline constexpr std::size_t kAppKeysKept = 1024;
inline constexpr std::uint32_t kKeyRequestsKept = 256;  // keys the phone was asked for

// --- calls (06)
inline constexpr std::int64_t kRejectAckMs = 5'000;
inline constexpr std::size_t kLiveCallsMax = 4096;  // rejects on their way
inline constexpr std::int64_t kCallKeptMs = 86'400'000;
inline constexpr std::size_t kCallsKeptMax = 4096;  // as many as can be rejected at once
inline constexpr std::int64_t kRingMs = 90'000;  // a call nobody ended counts as over after this

// --- history (07 section 9)
inline constexpr std::size_t kHistoryFilesMax = 256;  // that wait to be read
inline constexpr std::size_t kHistoryInflatedBytesMax = 512u << 20;
inline constexpr std::size_t kHistoryMessageBytesMax = 64u << 10;  // of what the phone was asked for
inline constexpr std::size_t kHistoryMessagesMax = 512, kHistoryMessagesPerEvent = 25;
inline constexpr std::size_t kHistoryFieldBytesMax = 4u << 10;  // names, ids, tokens; longer ones are left out

// --- API and webhooks (api.md)
inline constexpr std::size_t kBodyBytesMax = 1u << 20;
inline constexpr std::size_t kHeaderBytesMax = 16u << 10;
inline constexpr std::size_t kJsonDepthMax = 32;
inline constexpr std::size_t kTextCharsMax = 4096;
inline constexpr std::size_t kIdCharsMax = 128;  // of a message, ours or received
// Content of a message to send, before it is encrypted per device: kGroupMembersMax numbers and the longest text fit.
inline constexpr std::size_t kMessageBytesMax = 96u << 10;
inline constexpr std::uint32_t kRequestKeysKept = 5'000;  // Idempotency-Key, for
inline constexpr std::int64_t kRequestKeyKeptMs = 86'400'000;
inline constexpr std::size_t kKeptAnswerBytesMax = 16u << 10;
inline constexpr std::uint32_t kMessageStatesKept = 10'000;  // of GET /messages/{id}, for
inline constexpr std::int64_t kMessageStateKeptMs = 30LL * 86'400'000;
inline constexpr std::uint32_t kNumbersKept = 10'000;  // whose account the service told, for
inline constexpr std::int64_t kNumberKeptMs = 30LL * 86'400'000;
inline constexpr std::size_t kPhoneDigitsMax = 15;
inline constexpr std::int64_t kNumberTimeoutMs = 15'000;  // a request waits this long for the account of a number
inline constexpr std::int64_t kSendTimeoutMs = 60'000;  // a request waits this long for the service to take its message
inline constexpr std::size_t kRequestsPerDeviceMax = 1024;  // waiting for an answer; more get 429
inline constexpr std::size_t kWebhookQueueMax = 100'000;    // rows per device
inline constexpr std::uint64_t kWebhookQueueBytesMax = 32u << 20;  // of their contents, and
inline constexpr std::size_t kWebhookEventBytesMax = 256u << 10;     // of one event
inline constexpr std::size_t kEventTextBytesMax = 64u << 10;  // of JSON; a longer text is told so far, with `truncated`
inline constexpr std::size_t kWebhooksInFlightMax = 8;      // per webhook, one per chat
inline constexpr std::size_t kWebhooksMax = 8;              // per device; they share the rows and bytes of the queue
inline constexpr std::size_t kWebhookFreshMin = 2;          // of those in flight, for events that were never tried
inline constexpr std::size_t kWebhookLanesSeenMax = 1000;   // when the oldest event that waits is looked for
inline constexpr std::size_t kWebhookFilterJidsMax = 200;   // included, and as many excluded
inline constexpr std::size_t kWebhookFailedMax = 1000;       // rows kept for replay, per device, and
inline constexpr std::uint64_t kWebhookFailedBytesMax = 8u << 20;  // of their contents, and
inline constexpr std::int64_t kWebhookFailedKeptMs = 7LL * 86'400'000;  // for how long
inline constexpr std::size_t kWebhookFailedPageMax = 200;    // rows of one answer of GET /webhook/failed, and
inline constexpr std::size_t kWebhookFailedPageBytesMax = 512u << 10;  // of their contents, but for the first
inline constexpr std::size_t kWatchersPerDeviceMax = 32;     // long polls of GET /events; more get 429
inline constexpr std::int64_t kSecretOverlapMs = 86'400'000;  // after a rotation both secrets sign
inline constexpr std::size_t kLiveEventsMax = 200;           // remembered for GET /events, and
inline constexpr std::size_t kLiveEventBytesMax = 256u << 10;  // their size, and
inline constexpr std::int64_t kLiveEventsIdleMs = 60'000;   // how long after the last question
inline constexpr std::size_t kWebhookHeadersMax = 32;
inline constexpr std::size_t kWebhookUrlBytesMax = 2048;
inline constexpr std::int64_t kRetryAfterMaxMs = 3'600'000;
inline constexpr std::size_t kAllowListMax = 1000;
inline constexpr std::size_t kDevicesPerTenantMax = 10'000;
inline constexpr std::size_t kUsersPerTenantMax = 1'000;
// Budgets of a tenant: what one may take of what all share. Beyond: 429 with Retry-After.
inline constexpr std::size_t kRequestsPerTenantMax = 4'096;         // waiting for an answer of its devices
inline constexpr std::size_t kConnectsPerMinuteBase = 120;          // requests that open a connection (/connect, /qr ...),
inline constexpr std::size_t kConnectsPerMinutePerDevice = 4;       // more for each device,
inline constexpr std::size_t kConnectsPerMinuteMax = 1'200;         // but never more than this
inline constexpr std::size_t kWebhooksActivePerTenantMax = 32;      // deliveries under way
inline constexpr std::int64_t kReplyJitterMinMs = 1'000;  // automatic replies wait 1-4 s (pitfalls 46)
inline constexpr std::int64_t kReplyJitterMaxMs = 4'000;
inline constexpr std::int64_t kReplyLateMs = 180'000;     // one that could not be sent by then is dropped
inline constexpr std::uint32_t kRepliesPerHourDefault = 60;  // automatic replies of a device over all callers, and
inline constexpr std::uint32_t kRepliesPerHourMax = 1'000;   // the most a setting allows
inline constexpr std::size_t kCooldownRowsMax = 10'000;

}  // namespace wa::limits
