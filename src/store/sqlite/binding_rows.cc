#include <array>

#include "store/sqlite/columns.h"
#include "store/sqlite/rows.h"

namespace propius {
namespace {

std::string_view BindName(BindState state) {
  constexpr std::array<std::string_view, 5> kNames{"live", "reported", "failed", "expired", "ended"};
  return kNames.at(static_cast<std::size_t>(state));
}

}  // namespace

const TableSchema& BindingTable() {
  static const TableSchema schema{
      .name = "bindings",
      .key = 3,
      .columns = {{"job", "INTEGER"},
                  {"round", "INTEGER"},
                  {"slot", "INTEGER"},
                  {"device", "INTEGER", "printf('%u', device) writes it without a sign"},
                  {"state", "TEXT"},
                  {"bound_at", "INTEGER", "instants are microseconds since 1970"},
                  {"lease_ends", "INTEGER"}},
  };
  return schema;
}

RowWriter RowOf(const Binding& binding) {
  RowWriter row;
  row.Round(binding.round).U32(binding.slot.value).U64(binding.device.value).Text(BindName(binding.state));
  row.At(binding.bound_at).At(binding.lease_ends);
  return row;
}

Result<Binding> ReadBinding(SqlRow values) {
  RowReader row(values);
  Binding binding;
  binding.round = row.Round();
  binding.slot = {row.U32()};
  binding.device = {row.U64()};
  const auto state = FromName(row.View(), BindState::kEnded, BindName, "bindings.state");
  if (!state) return tl::unexpected(state.error());
  binding.state = *state;
  binding.bound_at = row.At();
  binding.lease_ends = row.At();
  return binding;
}

}  // namespace propius
