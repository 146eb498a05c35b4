// Requests with an Idempotency-Key (api.md 6.6): Table::requests, family 'k', SHA-256 of the key -> what was asked and
// answered. Guarantees: the row is written in the step that begins the request, with the obligation that it makes, so
// that no crash makes a second one of the same key; what became of a message is known by its id after a restart, too. A
// request that was refused before anything happened leaves no row. Bounds: the newest kRequestKeysKept of a day;
// answers over kKeptAnswerBytesMax are not kept.
#pragma once

#include <optional>

#include "gateway/api/endpoint.h"

namespace wa::gateway {

// What there is to say of this key already, or nullopt: the request goes on, and `notes` knows its key.
std::optional<Reply> recall(const ApiRequest&, RequestNotes& notes, const Device&, client::Turn&);
// The message that this request sends.
void note_message(const RequestNotes&, client::Turn&);
// With the answer. `began`: something may have happened.
void keep_answer(const Reply&, const RequestNotes&, bool began, client::Turn&);

// What is known of a message that was sent from here, as an answer (message_state.cpp).
Reply message_answer(RequestId, const std::string& id, const MessageState&, int status);

}  // namespace wa::gateway
