#include "aggregation/reducers/sum.h"

#include "aggregation/accumulator.h"
#include "aggregation/options.h"
#include "base/check.h"

namespace propius {
namespace {

class Sum final : public Reducer {
 public:
  explicit Sum(const Manifest& manifest) : sums_("sum", manifest, IntegerSums::kExact) {}

  Status Accumulate(const SafetensorsView& update, double weight) override { return sums_.Add(update, weight, 1); }
  Status MergeWith(std::string_view partial) override { return sums_.Merge(partial); }
  // The sum of nothing would be zeros that nobody sent.
  bool CanReport() const override { return sums_.count() > 0; }
  std::string Serialize() const override { return sums_.Serialize(); }
  std::uint64_t count() const override { return sums_.count(); }
  double total_weight() const override { return sums_.total_weight(); }

  std::string Report(const std::map<std::string, std::string>& metadata) && override {
    CHECK(CanReport());
    const std::vector<Column> columns = std::move(sums_).TakeColumns();
    std::vector<TensorView> tensors;
    tensors.reserve(columns.size());
    for (const Column& column : columns) tensors.push_back({column.sum_spec(), column.data()});
    return WriteSafetensors(tensors, metadata);
  }

 private:
  Accumulator sums_;
};

}  // namespace

Result<std::unique_ptr<Reducer>> MakeSum(const ReducerSpec& spec, const Manifest& manifest) {
  if (const Status status = CheckOptions(spec, {}); !status) return tl::unexpected(status.error());
  return std::make_unique<Sum>(manifest);
}

}  // namespace propius
