#include "aggregation/reducers/weighted_mean.h"

#include <algorithm>
#include <array>
#include <span>

#include "aggregation/accumulator.h"
#include "aggregation/options.h"
#include "aggregation/values.h"
#include "base/check.h"

namespace propius {
namespace {

constexpr std::size_t kBlock = 1024;

std::string Means(const Column& column, double total_weight) {
  const Dtype dtype = column.spec().dtype;
  const std::vector<double>& sums = column.sums();
  std::string bytes(column.spec().Bytes(), '\0');
  std::array<double, kBlock> means;
  for (std::size_t start = 0; start < sums.size(); start += kBlock) {
    const std::size_t count = std::min(kBlock, sums.size() - start);
    for (std::size_t i = 0; i < count; ++i) means[i] = sums[start + i] / total_weight;
    Narrow(dtype, std::span(means.data(), count), bytes.data() + start * DtypeSize(dtype));
  }
  return bytes;
}

class WeightedMean final : public Reducer {
 public:
  explicit WeightedMean(const Manifest& manifest) : sums_("weighted_mean", manifest, IntegerSums::kDouble) {}

  Status Accumulate(const SafetensorsView& update, double weight) override { return sums_.Add(update, weight, weight); }
  Status MergeWith(std::string_view partial) override { return sums_.Merge(partial); }
  bool CanReport() const override { return sums_.count() > 0; }
  std::string Serialize() const override { return sums_.Serialize(); }
  std::uint64_t count() const override { return sums_.count(); }
  double total_weight() const override { return sums_.total_weight(); }

  std::string Report(const std::map<std::string, std::string>& metadata) && override {
    CHECK(CanReport());
    const double weight = total_weight();
    std::vector<Column> columns = std::move(sums_).TakeColumns();
    std::vector<std::string> means;
    means.reserve(columns.size());
    std::vector<TensorView> tensors;
    for (Column& column : columns) {
      means.push_back(Means(column, weight));
      tensors.push_back({column.spec(), means.back()});
      // Sums and means of one tensor at a time: a model's worth of memory less.
      column = Column({}, IntegerSums::kDouble);
    }
    return WriteSafetensors(tensors, metadata);
  }

 private:
  Accumulator sums_;
};

}  // namespace

Result<std::unique_ptr<Reducer>> MakeWeightedMean(const ReducerSpec& spec, const Manifest& manifest) {
  if (const Status status = CheckOptions(spec, {}); !status) return tl::unexpected(status.error());
  return std::make_unique<WeightedMean>(manifest);
}

}  // namespace propius
