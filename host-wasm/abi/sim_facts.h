// What the simulated network saw, as JSON: {"at": ms, "kind": "device_paired", the members of that fact by name, "line": text}.
#pragma once

#include "gateway/http/json.h"
#include "sim/service/observation.h"

namespace wa::wasm {

gateway::Json fact_json(const sim::Observation&);

}  // namespace wa::wasm
