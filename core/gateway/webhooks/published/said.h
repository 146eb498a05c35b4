// What a message says, as members of a payload (api.md 4.6): `content` and `message_type` for everybody, and a member
// for each thing more that it says. Guarantees: `content` takes at most kEventTextBytesMax of JSON, and what stands
// beside it as much again; what does not fit is left out, and `truncated` says so.
#pragma once

#include "client/messages/contract.h"
#include "gateway/http/json.h"

namespace wa::gateway {

// `id`: of the message; its file is fetched by that.
void put_said(Json& out, const client::Said&, const std::string& id);
// Of what we sent: by a request, or from another device of ours.
void put_source(Json& out, bool other_device);

}  // namespace wa::gateway
