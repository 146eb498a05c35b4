// A fuzz target is one function on bytes. Built with libFuzzer (WA_FUZZ) it explores; in every other build replay.cpp
// runs it over its committed corpus. A law that does not hold is a WA_ASSERT.
#pragma once

#include "base/bytes.h"
#include "base/result.h"

void fuzz_one(wa::ByteView input);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
