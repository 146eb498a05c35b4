// Idempotency-Key (api.md 6.6): what a key is, what it stands for, and what is said of it. Where answers are kept:
// api/idempotency.h for devices, directory/kept_answers.h for the directory.
#pragma once

#include "gateway/http/reply.h"
#include "gateway/input.h"

namespace wa::gateway {

bool is_idempotency_key(std::string_view text);       // 1 to 255 visible characters
ByteArray<32> digest_of(const ApiRequest& request);   // of method, target, body and files
Failure bad_idempotency_key();
Failure idempotency_mismatch();

}  // namespace wa::gateway
