#include "config/job_file.h"

#include "config/files.h"
#include "config/toml_reader.h"

namespace propius {
namespace {

ReducerSpec ReadReducer(TomlTable table) {
  ReducerSpec reducer;
  reducer.name = table.Text("name", reducer.name);
  const Attributes options = table.Numbers("options");
  for (const Attribute& option : options.entries()) reducer.options[option.name] = option.value;
  return reducer;
}

TaskWork ReadWork(TomlTable table) {
  TaskWork work;
  work.samples = table.Real("samples", 0, 1e12, 0);
  work.kilobits = table.Real("kilobits", 0, 1e12, 0);
  return work;
}

SyncSpec ReadSync(TomlTable table) {
  SyncSpec sync;
  sync.model = table.Text("model", "");
  if (sync.model.empty()) table.Complain("model", "expected a synchronisation model such as \"adsp\", got nothing");
  sync.period = table.Span("period", 100ms, 24h, sync.period);
  sync.eta = table.Real("eta", 0, 1e12, sync.eta);
  sync.momentum = table.Real("momentum", 0, 0.9999, sync.momentum);
  sync.goal = table.Real("goal", 0, 1e12, sync.goal);
  sync.batch = static_cast<std::uint32_t>(table.Whole("batch", 1, 65'536, sync.batch));
  sync.commits = static_cast<std::uint32_t>(table.Whole("commits", 0, UINT32_MAX, sync.commits));
  sync.max_norm = table.Real("max_norm", 0, 1e12, sync.max_norm);
  return sync;
}

TrainPlan ReadTrain(TomlTable table) {
  TrainPlan train;
  train.model = table.Text("model", "");
  if (train.model.empty()) table.Complain("model", "expected \"cnn\", \"mlp\" or \"parity\", got nothing");
  train.local_epochs = static_cast<int>(table.Whole("local_epochs", 1, 1000, train.local_epochs));
  train.batch = static_cast<int>(table.Whole("batch", 1, 65536, train.batch));
  train.learning_rate = table.Real("learning_rate", 1e-9, 100, train.learning_rate);
  train.momentum = table.Real("momentum", 0, 0.9999, train.momentum);
  train.decay = table.Real("decay", 1e-6, 1, train.decay);
  train.seed = static_cast<std::uint64_t>(table.Whole("seed", 0, INT64_MAX, static_cast<std::int64_t>(train.seed)));
  return train;
}

}  // namespace

JobFile ReadJobTable(TomlTable& table) {
  JobFile file;
  JobSpec& spec = file.spec;
  spec.name = table.Text("name", "");
  if (!table.Has("name")) table.Complain("name", "expected a text in quotes, got nothing");
  spec.rounds = static_cast<std::uint32_t>(table.Whole("rounds", 1, 1'000'000, spec.rounds));
  if (!table.Has("demand")) table.Complain("demand", "expected a whole number of devices per round, got nothing");
  spec.demand = static_cast<std::uint32_t>(table.Whole("demand", 1, 1'000'000, spec.demand));
  spec.over_commit = table.Real("over_commit", 1, 10, spec.over_commit);
  spec.min_reports = table.Real("min_reports", 1e-6, 1, spec.min_reports);
  spec.deadline = table.Span("deadline", 100ms, 24h * 30, spec.deadline);
  spec.needs = Constraint(table.Numbers("needs"));
  spec.private_needs = Constraint(table.Numbers("private"));
  spec.reducer = ReadReducer(table.Table("reducer"));
  spec.max_update_bytes = static_cast<std::uint64_t>(
      table.Whole("max_update_bytes", 1, std::int64_t{4} << 30, static_cast<std::int64_t>(spec.max_update_bytes)));
  spec.max_weight = table.Real("max_weight", 1e-9, 1e12, spec.max_weight);
  spec.share = table.Real("share", 1e-6, 1e6, spec.share);
  spec.work = ReadWork(table.Table("work"));
  if (table.Has("sync")) spec.sync = ReadSync(table.Table("sync"));
  if (table.Has("train")) file.train = ReadTrain(table.Table("train"));
  return file;
}

Result<JobFile> ParseJobFile(std::string_view text, const std::string& name) {
  Result<TomlTable> top = TomlTable::Parse(text, name);
  if (!top) return tl::unexpected(top.error());
  if (!top->Has("job")) return Fail(Code::kInvalidArgument, name + ": expected a table [job], got none");
  TomlTable table = top->Table("job");
  JobFile file = ReadJobTable(table);
  if (const Status status = top->Finish(); !status) return tl::unexpected(status.error());
  if (const Status status = Validate(file.spec); !status) {
    return Fail(status.error().code, name + ": job." + status.error().message);
  }
  return file;
}

Result<JobFile> ReadJobFile(const std::string& path) {
  return ReadFile(path).and_then([&](const std::string& text) { return ParseJobFile(text, path); });
}

}  // namespace propius
