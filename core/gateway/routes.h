// Every endpoint of the API, family by family.
#pragma once

#include <functional>
#include <vector>

#include "gateway/http/route.h"

namespace wa::gateway {

std::vector<std::reference_wrapper<const Endpoint>> routes();

}  // namespace wa::gateway
