// What a request says of the device it is for (api.md 6.6): `device_id` in the query or at the top of a JSON body, or
// the header X-Device-Id. Guarantees: the body is looked through once and not built; one that is no JSON names nothing,
// and the device says what is wrong with it. Does not: look whether there is such a device.
#pragma once

#include <optional>
#include <string>

#include "gateway/http/reply.h"
#include "gateway/http/target.h"
#include "gateway/input.h"

namespace wa::gateway {

// 400 when it is said twice, differently, or by something else than a string. `id` stays empty when nothing is said.
std::optional<Failure> named_device(const ApiRequest&, const Target&, std::optional<std::string>& id);

// The values of the top members of this name, in a JSON text, at most two: strings as they are written, nullopt for
// anything else.
std::vector<std::optional<std::string>> top_members(std::string_view json, std::string_view name);

}  // namespace wa::gateway
