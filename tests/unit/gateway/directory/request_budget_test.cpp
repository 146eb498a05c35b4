#include "gateway/directory/request_budget.h"

#include <catch2/catch.hpp>

#include "base/limits.h"

using namespace wa;

TEST_CASE("requests of a tenant are counted apart from others'") {
  gateway::RequestBudgets budgets;
  for (std::size_t i = 0; i < limits::kRequestsPerTenantMax; ++i) REQUIRE(budgets.enter("a"));
  CHECK_FALSE(budgets.enter("a"));
  CHECK(budgets.enter("b"));
  budgets.leave("a");
  CHECK(budgets.enter("a"));
  CHECK_FALSE(budgets.enter("a"));
  budgets.leave("b");
  CHECK(budgets.waiting("b") == 0);
  budgets.leave("nobody");
}
