// A job of three rounds that sums one tensor over its devices.
//
// usage: example_job HOST:PORT [DEVICES [TOKEN]]        (of the job manager)
#include <cstdint>
#include <cstring>
#include <iostream>
#include <string>
#include <vector>

#include <propius/job.h>

namespace {

// A safetensors file with the one tensor "x"; the header is padded so that the data begins 8-byte aligned.
std::string Tensor(const std::vector<float>& values) {
  const std::size_t bytes = values.size() * sizeof(float);
  std::string header = R"({"x":{"dtype":"F32","shape":[)" + std::to_string(values.size()) + R"(],"data_offsets":[0,)" +
                       std::to_string(bytes) + "]}}";
  header.resize((header.size() + 7) / 8 * 8, ' ');
  const std::uint64_t length = header.size();
  std::string file(sizeof length, '\0');
  std::memcpy(file.data(), &length, sizeof length);
  file += header;
  file.append(reinterpret_cast<const char*>(values.data()), bytes);
  return file;
}

void Show(const propius::sdk::RoundProgress& progress) {
  std::cerr << "round " << progress.round << ": " << progress.allocated << " of " << progress.slots << " devices, "
            << progress.counted << " of " << progress.target << " contributions\n";
}

int Fail(const propius::sdk::Error& error) {
  std::cerr << error.code << ": " << error.message << "\n";
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2 || argc > 4) {
    std::cerr << "usage: example_job HOST:PORT [DEVICES [TOKEN]]\n";
    return 2;
  }
  propius::sdk::JobRequest request;
  request.name = "example-sum";
  request.rounds = 3;
  request.demand = argc > 2 ? static_cast<std::uint32_t>(std::stoul(argv[2])) : 2;
  request.reducer = "sum";
  propius::sdk::JobOptions options;
  options.job_manager = argv[1];
  if (argc > 3) options.token = argv[3];

  auto job = propius::sdk::Job::Register(options, request);
  if (!job) return Fail(job.error());
  for (std::uint32_t i = 0; i < request.rounds; ++i) {
    const auto result = job->RunRound(Tensor({0, 10, 20, 30}), Show);
    if (!result) return Fail(result.error());
    // The sum of F32 tensors is F64: four doubles at the end of the file.
    std::cout << "round " << result->round << " " << result->outcome << ", " << result->count << " devices:";
    for (std::size_t k = 4; k > 0 && result->tensors.size() >= 4 * sizeof(double); --k) {
      double value = 0;
      std::memcpy(&value, result->tensors.data() + result->tensors.size() - k * sizeof value, sizeof value);
      std::cout << " " << value;
    }
    std::cout << "; ledger " << (result->ledger_balances ? "balances" : "does not balance") << std::endl;
  }
  const auto finished = job->Finish();
  return finished ? 0 : Fail(finished.error());
}
