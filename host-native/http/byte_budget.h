// Bytes that requests and answers hold in this process: a bound over all, and fair shares below it. From any thread.
// Guarantees: never more than `bytes_max` are lent; one holder (a tenant, an address) never has more than are free, so the
// greediest one leaves half, two leave a third, and there is something left for whoever comes next; what was lent comes back
// with its Loan. Holders that hold nothing take no memory.
// Does not: wait. Who gets nothing says so to his client.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

namespace wa::native {

class ByteBudget {
 public:
  enum class Grant : std::uint8_t { lent, share_used, all_used };
  explicit ByteBudget(std::size_t bytes_max) : bytes_max_(bytes_max) {}
  ByteBudget(const ByteBudget&) = delete;
  ByteBudget& operator=(const ByteBudget&) = delete;

  std::size_t bytes_max() const { return bytes_max_; }
  std::size_t held() const;
  std::size_t peak() const;     // the most that were ever held
  std::size_t holders() const;

  // What one request holds, in the name of up to two holders ("" is nobody).
  class Loan {
   public:
    Loan() = default;
    Loan(std::shared_ptr<ByteBudget> budget, std::string tenant, std::string address);
    ~Loan() { give_back(); }
    Loan(Loan&& other) noexcept;
    Loan& operator=(Loan&& other) noexcept;
    Grant grow_to(std::size_t bytes);  // nothing changes unless it is lent
    void give_back();
    std::size_t bytes() const { return bytes_; }

   private:
    std::shared_ptr<ByteBudget> budget_;
    std::string tenant_, address_;
    std::size_t bytes_ = 0;
  };

 private:
  Grant lend(const std::string& tenant, const std::string& address, std::size_t bytes);
  void take_back(const std::string& tenant, const std::string& address, std::size_t bytes);
  Grant judge(const std::string& holder, std::size_t bytes) const;

  const std::size_t bytes_max_;
  mutable std::mutex mutex_;
  std::size_t held_ = 0, peak_ = 0;
  std::unordered_map<std::string, std::size_t> by_holder_;
};

}  // namespace wa::native
