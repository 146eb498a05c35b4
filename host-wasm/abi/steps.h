// What crosses the boundary with every step: an input in, a step out (abi.h, wa_handle).
#pragma once

#include "abi/codec.h"
#include "gateway/gateway.h"

namespace wa::wasm {

std::optional<gateway::Input> read_input(ByteView bytes);  // nullopt: malformed, or bytes left over
Bytes write_step(gateway::Step step);

}  // namespace wa::wasm
